"""The least time that AWS's throttles leave for making a fleet: nothing can be faster, however it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rig.control.throttling import limits

_SIGNED_AS = {"elasticloadbalancing": limits.ELB, "ecs": limits.ECS, "logs": limits.LOGS}


def seconds(api_calls: Mapping[str, int]) -> tuple[float, str]:
    """By the fullest bucket, all others being drawn on meanwhile; and which one that is."""
    taken: Counter[limits.Limit] = Counter()
    for name, count in api_calls.items():
        service, _colon, action = name.partition(":")
        if service in _SIGNED_AS:
            taken.update(dict.fromkeys(_of(_SIGNED_AS[service], action), count))
    waits = {limit: (count - limit.capacity) / limit.refill for limit, count in taken.items()}
    fullest = max(waits, key=lambda limit: waits[limit])
    return max(0.0, waits[fullest]), fullest.name


def _of(service: limits.Service, action: str) -> tuple[limits.Limit, ...]:
    reads = action.startswith(("Describe", "List", "Get"))
    return service.actions.get(action, service.reads if reads else service.writes)
