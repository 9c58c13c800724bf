# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who is sent to the canary whatever its weight: those whose requests carry a header or a cookie. Pure; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HTTP_HEADER, CONFIG = "http-header", "HttpHeaderConfig"
COOKIE = "Cookie"


@dataclass(frozen=True, kw_only=True)
class Testers:
    """`matches` may hold the wildcards * and ?, as ALB compares them: without regard to case.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#http-header-conditions
    """

    header: str | None = None
    cookie: str | None = None
    matches: tuple[str, ...] = ()

    def condition(self) -> dict[str, Any]:
        """A cookie is one of many in its header."""
        if self.header:
            config = {"HttpHeaderName": self.header, "Values": list(self.matches)}
        else:
            config = {"HttpHeaderName": COOKIE, "Values": [f"*{self.cookie}={value}*" for value in self.matches]}
        return {"Field": HTTP_HEADER, CONFIG: config}

    @classmethod
    def told_by(cls, conditions: Iterable[Mapping[str, Any]], common: Iterable[Mapping[str, Any]]) -> Testers | None:
        """Of a test rule's conditions, less those that the rule itself has too. None when somebody changed them."""
        known = comparable(common)
        rest = [condition for condition in conditions if comparable([condition])[0] not in known]
        if len(rest) != 1 or rest[0]["Field"] != HTTP_HEADER:
            return None
        config = rest[0][CONFIG]
        name, values = config["HttpHeaderName"], tuple(config["Values"])
        if name != COOKIE:
            return cls(header=name, matches=values)
        names = {value.strip("*").partition("=")[0] for value in values}
        if len(names) != 1:
            return cls(header=name, matches=values)
        return cls(cookie=names.pop(), matches=tuple(value.strip("*").partition("=")[2] for value in values))

    def as_result(self) -> dict[str, Any]:
        return {"header": self.header, "cookie": self.cookie, "matches": list(self.matches)}


def conditions(common: Iterable[Mapping[str, Any]], testers: Testers) -> list[dict[str, Any]]:
    """Of the test rule: all that the service's rule asks for, and the testers' mark."""
    return [*(_sendable(condition) for condition in common), testers.condition()]


def _sendable(condition: Mapping[str, Any]) -> dict[str, Any]:
    """AWS tells the values twice, and takes them once."""
    configs = [key for key in condition if key.endswith("Config")]
    return {key: value for key, value in condition.items() if key != "Values" or not configs}


def comparable(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Conditions in one order, and each in one spelling."""
    return sorted(json.dumps(_sendable(item), sort_keys=True) for item in items)


def same(left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> bool:
    return comparable(left) == comparable(right)
