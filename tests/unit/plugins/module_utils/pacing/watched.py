"""A bucket as AWS has it, watched from outside."""

from __future__ import annotations

from collections.abc import Iterable

A_LITTLE = 1e-6


def overdrawn(turns: Iterable[float], capacity: float, refill: float) -> bool:
    """Whether a bucket that was full at first, and is told of nothing but the turns, ever lacks a token."""
    tokens, at = capacity, 0.0
    for turn in turns:
        tokens = min(capacity, tokens + (turn - at) * refill) - 1
        at = turn
        if tokens < -A_LITTLE * capacity:
            return True
    return False
