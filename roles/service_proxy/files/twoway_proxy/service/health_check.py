"""How a service is asked whether it is well: as its target group asks it, and with the same codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..sieve import Unusable, field

_PATH = re.compile(r"/[\x21-\x7e]{0,1023}")
_CODES = re.compile(r"[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*")


@dataclass(frozen=True, kw_only=True, order=True)
class HealthCheck:
    """`matcher` as in a target group: "200", "200-299,404".

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
    """

    path: str = "/healthz"
    matcher: str = "200"

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "HealthCheck":
        check = cls(
            path=field(entry, "path", str, default=cls.path), matcher=field(entry, "matcher", str, default=cls.matcher)
        )
        if not _PATH.fullmatch(check.path):
            raise Unusable(f"health_check.path: {check.path!r:.80} is not a path")
        if not _CODES.fullmatch(check.matcher):
            raise Unusable(f"health_check.matcher: {check.matcher!r:.80} are no status codes")
        return check

    def passes(self, status: int) -> bool:
        ends = (codes.split("-") for codes in self.matcher.split(","))
        return any(int(codes[0]) <= status <= int(codes[-1]) for codes in ends)
