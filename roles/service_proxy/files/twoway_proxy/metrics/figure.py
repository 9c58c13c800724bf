"""One figure for CloudWatch that has dimensions of its own, besides the link and the proxy."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Figure:
    name: str
    value: float
    dimensions: Mapping[str, str] = field(default_factory=dict)
