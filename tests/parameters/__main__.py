"""Writes docs/parameters.md."""

from parameters.table import PAGE, page

PAGE.write_text(page())
