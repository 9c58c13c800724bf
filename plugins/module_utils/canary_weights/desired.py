# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks of a service's rule. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import (
    VARIANTS,
    Stickiness,
    Weights,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.testers import Testers
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY, STABLE

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html
HEAVIEST = 999
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupStickinessConfig.html
LONGEST_STICKINESS = 604800


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which rule: by its ARN, or by the tags of a link's service."""

    rule_arn: str | None = None
    link: str | None = None
    side: str | None = None
    service: str | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Place:
        return cls(rule_arn=params["rule_arn"], link=params["link"], side=params["side"], service=params.get("service"))

    def __str__(self) -> str:
        return self.rule_arn or f"rule of {self.service} on link {self.link}"


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What is None stays as it is. `test_rule` is False where there shall be none."""

    place: Place
    weights: Weights | None = None
    expected: Weights | None = None
    stickiness: Stickiness | None = None
    test_rule: Testers | bool | None = None
    min_healthy: int = 1
    wait_timeout: float = 0

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        return cls(
            place=Place.from_params(params),
            weights=_weights(params),
            expected=_checked(params["expected"], "expected") if params["expected"] else None,
            stickiness=_stickiness(params["stickiness"]),
            test_rule=_test_rule(params["test_rule"]),
            min_healthy=_at_least_nought("min_healthy", params["min_healthy"]),
            wait_timeout=params["wait_timeout"],
        )


def weights_of(percent: float) -> dict[str, int]:
    """Of a share in tenths of a percent: small numbers where whole percents do. Raises PrivateLinkError."""
    tenths = round(percent * 10)
    if not 0 <= tenths <= 1000 or abs(percent * 10 - tenths) > 1e-6:
        raise PrivateLinkError(where="canary_percent", found=f"{percent:g}", allowed="0 to 100, in tenths at most")
    whole, parts = (100, tenths // 10) if tenths % 10 == 0 else (1000, tenths)
    return {STABLE: whole - parts, CANARY: parts}


def _weights(params: Mapping[str, Any]) -> dict[str, int] | None:
    if params["canary_percent"] is not None:
        return weights_of(params["canary_percent"])
    return _checked(params["weights"], "weights") if params["weights"] else None


def _checked(given: Mapping[str, Any], where: str) -> dict[str, int]:
    for variant in VARIANTS:
        if not 0 <= given[variant] <= HEAVIEST:
            raise PrivateLinkError(where=f"{where}.{variant}", found=str(given[variant]), allowed=f"0 to {HEAVIEST}")
    if where == "weights" and not any(given[variant] for variant in VARIANTS):
        raise PrivateLinkError(
            where=where, found="0 and 0", allowed="one of them above 0", remedy="nobody would answer"
        )
    return {variant: given[variant] for variant in VARIANTS}


def _stickiness(given: Mapping[str, Any] | None) -> Stickiness | None:
    if given is None:
        return None
    seconds = given["seconds"]
    if not given["enabled"]:
        return Stickiness()
    if seconds is None or not 1 <= seconds <= LONGEST_STICKINESS:
        raise PrivateLinkError(where="stickiness.seconds", found=str(seconds), allowed=f"1 to {LONGEST_STICKINESS}")
    return Stickiness(enabled=True, seconds=seconds)


def _test_rule(given: Mapping[str, Any] | None) -> Testers | bool | None:
    if given is None:
        return None
    if given["state"] == "absent":
        return False
    matches = tuple(given["matches"] or ())
    if bool(given["header"]) == bool(given["cookie"]) or not matches:
        raise PrivateLinkError(
            where="test_rule",
            found="header, cookie and matches as given",
            allowed="one of header and cookie, and what it must match",
        )
    return Testers(header=given["header"], cookie=given["cookie"], matches=matches)


def _at_least_nought(where: str, number: int) -> int:
    if number < 0:
        raise PrivateLinkError(where=where, found=str(number), allowed="0 or more")
    return number
