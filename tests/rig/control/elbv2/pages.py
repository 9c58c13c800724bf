"""Pages of a Describe call: PageSize and Marker, as Elastic Load Balancing does it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from moto.elbv2.exceptions import ValidationError

LARGEST = 400


def page(things: Sequence[Any], size: int | None, marker: str | None) -> tuple[Sequence[Any], str | None]:
    """One page of `things`, by ARN, and the marker of the next one, None after the last."""
    size = LARGEST if size is None else size
    if not 1 <= size <= LARGEST:
        raise ValidationError(f"The page size '{size}' must be between 1 and {LARGEST}")
    start = 0
    if marker:
        last = base64.b64decode(marker).decode()
        start = next((index for index, thing in enumerate(things, 1) if thing.arn == last), 0)
    shown = things[start : start + size]
    more = len(things) > start + size
    return shown, base64.b64encode(shown[-1].arn.encode()).decode() if more else None
