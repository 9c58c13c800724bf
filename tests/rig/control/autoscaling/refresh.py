"""An instance refresh: the rolling replacement of a group's instances, as the API takes and tells it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.autoscaling.exceptions import ValidationError
from moto.core.utils import utcnow
from moto.ec2.models.launch_templates import LaunchTemplateVersion

from rig.control import clock

DEFAULT_MINIMUM = 90
DEFAULT_MAXIMUM = 100
_DEFAULT_CHECKPOINT_DELAY = 3600
_MOST_ALARMS = 10
_ACTIVE = ("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress")


def check(preferences: Mapping[str, Any]) -> None:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html"""
    least, most = preferences.get("MinHealthyPercentage"), preferences.get("MaxHealthyPercentage")
    if most is not None and (least is None or not 100 <= most <= 200 or most - least > 100):
        raise ValidationError(
            "MaxHealthyPercentage must be 100 to 200, come with MinHealthyPercentage, and be at most 100 more than it"
        )
    checkpoints = list(preferences.get("CheckpointPercentages") or ())
    if checkpoints != sorted(set(checkpoints)) or any(not 1 <= one <= 100 for one in checkpoints):
        raise ValidationError("CheckpointPercentages must be unique, in ascending order, and 1 to 100")
    if preferences.get("CheckpointDelay") is not None and not checkpoints:
        raise ValidationError("CheckpointDelay needs CheckpointPercentages")
    if len(alarms_of(preferences)) > _MOST_ALARMS:
        raise ValidationError(f"You can specify up to {_MOST_ALARMS} alarms")


def alarms_of(preferences: Mapping[str, Any]) -> list[str]:
    return list((preferences.get("AlarmSpecification") or {}).get("Alarms") or ())


@dataclass(kw_only=True, eq=False)
class Refresh:
    """`outgoing` are the ids of the instances that are still to be replaced, `wanted_version` what by, if not by what
    the group's settings say."""

    group_name: str
    outgoing: set[str]
    preferences: Mapping[str, Any]
    desired_configuration: Mapping[str, Any]
    wanted_version: LaunchTemplateVersion | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    reason: str | None = None
    started_at: datetime = field(default_factory=utcnow)
    ended_at: datetime | None = None
    at_first: int = 0
    passed: int = 0  # the last checkpoint that lies behind
    waits_until: float | None = None  # at a checkpoint, or while it bakes
    progressed_at: float = field(default_factory=clock.now)
    progress: tuple[int, int] = (0, 0)
    rollback: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.at_first = len(self.outgoing)

    @property
    def is_active(self) -> bool:
        return self.status in _ACTIVE

    @property
    def replaced(self) -> int:
        return self.at_first - len(self.outgoing)

    @property
    def percentage(self) -> int:
        return 100 if not self.at_first else round(100 * self.replaced / self.at_first)

    @property
    def checkpoint(self) -> int:
        """The percentage at which it stops next, for a while or for good. A rollback has no checkpoints."""
        checkpoints = () if self.rollback else self.preferences.get("CheckpointPercentages") or ()
        return next((one for one in checkpoints if one > self.passed), 100 if self.rollback or not checkpoints else 0)

    @property
    def is_last_checkpoint(self) -> bool:
        checkpoints = () if self.rollback else self.preferences.get("CheckpointPercentages") or ()
        return not checkpoints or self.checkpoint >= checkpoints[-1]

    @property
    def may_replace(self) -> int:
        """How many more, before the next checkpoint."""
        if self.waits_until is not None:
            return 0
        return max(0, math.ceil(self.at_first * self.checkpoint / 100) - self.replaced)

    @property
    def checkpoint_delay(self) -> float:
        return float(self.preferences.get("CheckpointDelay", _DEFAULT_CHECKPOINT_DELAY))

    @property
    def bake_time(self) -> float:
        return float(self.preferences.get("BakeTime") or 0)

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

    def notice(self, outgoing: int, warm: int) -> None:
        """How many are still to be replaced, and how many of the others are warm."""
        if (outgoing, warm) != self.progress:
            self.progress, self.progressed_at = (outgoing, warm), clock.now()

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason, self.ended_at, self.waits_until = status, reason, utcnow(), None

    def roll_back(self, outgoing: set[str], reason: str) -> None:
        """Back to what the group's settings say: what was replaced so far is replaced again."""
        self.rollback = {
            "RollbackReason": reason,
            "RollbackStartTime": utcnow(),
            "PercentageCompleteOnRollback": self.percentage,
            "InstancesToUpdateOnRollback": len(self.outgoing),
        }
        self.status, self.reason = "RollbackInProgress", reason
        self.outgoing, self.at_first, self.wanted_version = outgoing, len(outgoing), None
        self.waits_until, self.progressed_at = None, clock.now()

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
            "RollbackDetails": self.rollback,
            "Strategy": "Rolling",
        }
