"""The public DNS of the emulated Internet, as far as AWS looks into it: TXT records."""

from __future__ import annotations

_txt: set[tuple[str, str]] = set()


def publish_txt(name: str, value: str) -> None:
    _txt.add((name, value))


def has_txt(name: str, value: str) -> bool:
    return (name, value) in _txt


def reset() -> None:
    _txt.clear()
