"""What the dry run on the empty cloud said, kept until the link stands and the two can be compared."""

from __future__ import annotations

from . import sandbox


def keep(text: str) -> None:
    (sandbox.directory() / "plan.txt").write_text(text)


def kept() -> str:
    return (sandbox.directory() / "plan.txt").read_text()
