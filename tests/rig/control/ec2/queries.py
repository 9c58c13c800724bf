"""Filters and pages, as all Describe calls of EC2 know them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from rig.control.ec2.errors import refuse

T = TypeVar("T")
Getter = Callable[[Any], Any]


def select(
    items: Iterable[T], filters: Sequence[Mapping[str, Any]], getters: Mapping[str, Getter], tags: Getter | None = None
) -> list[T]:
    """The items that match every filter; values may hold the wildcards * and ?."""
    chosen = list(items)
    for entry in filters:
        name, wanted = entry["Name"], entry.get("Values", [])
        values = _values_of(name, getters, tags)
        chosen = [item for item in chosen if any(fnmatchcase(v, w) for v in values(item) for w in wanted)]
    return chosen


def page(items: Sequence[T], params: Mapping[str, Any], most: int = 1000) -> tuple[list[T], str | None]:
    """The page that MaxResults and NextToken ask for, and the token of the one that follows."""
    start = _decode(params.get("NextToken"))
    size = min(int(params.get("MaxResults") or most), most)
    end = start + size
    token = base64.b64encode(f"rig:{end}".encode()).decode() if end < len(items) else None
    return list(items[start:end]), token


def _values_of(name: str, getters: Mapping[str, Getter], tags: Getter | None) -> Callable[[Any], list[str]]:
    if name in getters:
        return lambda item: _texts(getters[name](item))
    if tags and name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return lambda item: [tags(item)[key]] if key in tags(item) else []
    if not tags or name != "tag-key":
        refuse("InvalidParameterValue", f"The filter '{name}' is invalid")
    return lambda item: list(tags(item))


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    return [value] if isinstance(value, str) else [str(entry) for entry in value]


def _decode(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("rig:"))
    except (binascii.Error, ValueError, UnicodeDecodeError):
        refuse("InvalidNextToken", f"The token '{token}' is invalid")
