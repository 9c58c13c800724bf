"""An instance refresh: the rolling replacement of a group's instances.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.core.utils import utcnow

DEFAULT_MINIMUM = 90
DEFAULT_MAXIMUM = 100


@dataclass(kw_only=True, eq=False)
class Refresh:
    """`outgoing` are the ids of the instances that are still to be replaced."""

    group_name: str
    outgoing: set[str]
    preferences: Mapping[str, Any]
    desired_configuration: Mapping[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    reason: str | None = None
    started_at: datetime = field(default_factory=utcnow)
    ended_at: datetime | None = None
    at_first: int = 0

    def __post_init__(self) -> None:
        self.at_first = len(self.outgoing)

    @property
    def is_active(self) -> bool:
        return self.status in ("Pending", "InProgress", "Cancelling")

    @property
    def percentage(self) -> int:
        return 100 if not self.at_first else round(100 * (self.at_first - len(self.outgoing)) / self.at_first)

    def fewest_healthy(self, desired: int) -> int:
        """At least one instance is replaced at a time, whatever the percentage leaves."""
        if self.most_instances(desired) > desired:
            return math.ceil(desired * self.preferences.get("MinHealthyPercentage", DEFAULT_MINIMUM) / 100)
        kept = math.ceil(desired * self.preferences.get("MinHealthyPercentage", DEFAULT_MINIMUM) / 100)
        return max(0, min(kept, desired - 1))

    def most_instances(self, desired: int) -> int:
        """Above 100 %, new instances are launched before old ones end: at least one."""
        maximum = self.preferences.get("MaxHealthyPercentage", DEFAULT_MAXIMUM)
        return desired if maximum <= 100 else max(desired + 1, math.floor(desired * maximum / 100))

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason, self.ended_at = status, reason, utcnow()

    def view(self) -> dict[str, Any]:
        """As DescribeInstanceRefreshes tells it."""
        return {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group_name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": self.started_at,
            "EndTime": self.ended_at,
            "PercentageComplete": self.percentage,
            "InstancesToUpdate": len(self.outgoing),
            "Preferences": dict(self.preferences) or None,
            "DesiredConfiguration": dict(self.desired_configuration) or None,
            "Strategy": "Rolling",
        }
