"""Writes docs/aws-behaviour.md."""

from behaviours.table import PAGE, page

PAGE.write_text(page())
