"""Calls that were made before with the same client token.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rig.control.ec2.errors import refuse

# What was asked under each (account, region, action, token), and what was answered.
_answered: dict[tuple[str, str, str, str], tuple[str, Any]] = {}


def once(key: tuple[str, str, str, str], params: Mapping[str, Any], act: Callable[[], Any]) -> Any:
    """The answer of the first call with this key; `act` runs for the first one only, and again after it failed.

    Raises IdempotentParameterMismatch when the parameters differ from the first call's.
    """
    asked = repr(sorted((name, value) for name, value in params.items() if name not in ("ClientToken", "DryRun")))
    if key not in _answered:
        _answered[key] = (asked, act())
    before, answer = _answered[key]
    if before != asked:
        refuse(
            "IdempotentParameterMismatch",
            f"The client token '{key[3]}' was used before with different parameters",
        )
    return answer


def reset() -> None:
    _answered.clear()
