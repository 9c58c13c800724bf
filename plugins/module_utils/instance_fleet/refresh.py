# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The replacement of a fleet's instances: how it is to go, how far it is. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
GOING_FORWARD = ("Pending", "InProgress", "Baking")
GOING = (*GOING_FORWARD, "Cancelling", "RollbackInProgress")
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
MOST_ALARMS = 10
_LONGEST = 172_800


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """One that AWS knows of. `version` is that of the launch template that it leads to."""

    id: str
    status: str
    version: str = ""
    percentage: int = 0
    left: int = 0
    reason: str = ""

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Refresh:
        template = (item.get("DesiredConfiguration") or {}).get("LaunchTemplate") or {}
        return cls(
            id=item["InstanceRefreshId"],
            status=item["Status"],
            version=template.get("Version", ""),
            percentage=item.get("PercentageComplete", 0),
            left=item.get("InstancesToUpdate", 0),
            reason=item.get("StatusReason") or "",
        )

    @property
    def is_under_way(self) -> bool:
        return self.status in GOING

    @property
    def goes_forward(self) -> bool:
        return self.status in GOING_FORWARD

    def leads_to(self, version: int) -> bool:
        return self.goes_forward and self.version == str(version)

    @property
    def line(self) -> str:
        """For a person who waits."""
        to_go = f", {self.left} to go" if self.left else ""
        reason = f" ({self.reason})" if self.reason else ""
        return f"instance refresh {self.status}, {self.percentage} % replaced{to_go}{reason}"

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, "reason": self.reason, "percentage_complete": self.percentage}


def judge(what: str, refresh: Refresh | None) -> Verdict:
    """Raises WaitError for one that has ended otherwise than well."""
    if refresh is None or refresh.status == "Successful":
        return Verdict(settled=True)
    if refresh.is_under_way:
        return Verdict(settled=False, note=refresh.line)
    kept = "all instances are of the former launch template" if refresh.status == "RollbackSuccessful" else ""
    raise WaitError(
        where=f"{what}, instance refresh {refresh.id}",
        found=": ".join(part for part in (refresh.status, refresh.reason, kept) if part),
        allowed="Successful",
        remedy="mend what it names, in the group's scaling activities too, and run again",
    )


def preferences(params: Mapping[str, Any]) -> dict[str, Any]:
    """As StartInstanceRefresh takes them. Raises PrivateLinkError for what AWS would refuse.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """
    wish = params["refresh_preferences"] or {}
    for name, found, allowed in _mistakes(wish):
        raise PrivateLinkError(where=f"refresh_preferences.{name}", found=str(found), allowed=allowed)
    checkpoints = wish.get("checkpoint_percentages") or []
    alarms = wish.get("alarms") or []
    told = {
        "MinHealthyPercentage": wish.get("min_healthy_percentage", 100),
        "MaxHealthyPercentage": wish.get("max_healthy_percentage", 200),
        "InstanceWarmup": wish.get("instance_warmup"),
        "CheckpointPercentages": checkpoints or None,
        "CheckpointDelay": wish.get("checkpoint_delay") if checkpoints else None,
        "BakeTime": wish.get("bake_time") or None,
        "AlarmSpecification": {"Alarms": list(alarms)} if alarms else None,
        "AutoRollback": wish.get("auto_rollback", True),
        "SkipMatching": True,  # one that was killed and begun again replaces nobody twice
    }
    return {key: value for key, value in told.items() if value is not None}


def _mistakes(wish: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    least, most = wish.get("min_healthy_percentage", 100), wish.get("max_healthy_percentage", 200)
    if not 0 <= least <= 100:
        yield "min_healthy_percentage", least, "0 to 100"
    if not 100 <= most <= 200 or most - least > 100:
        yield "max_healthy_percentage", most, "100 to 200, and at most 100 more than min_healthy_percentage"
    checkpoints = list(wish.get("checkpoint_percentages") or ())
    if checkpoints != sorted(set(checkpoints)) or any(not 1 <= one <= 100 for one in checkpoints):
        yield "checkpoint_percentages", checkpoints, "1 to 100, each once, in ascending order"
    if checkpoints and checkpoints[-1] != 100:
        yield "checkpoint_percentages", checkpoints, "100 as the last one: a fleet is of one launch template"
    for name in ("instance_warmup", "checkpoint_delay", "bake_time"):
        if not 0 <= (wish.get(name) or 0) <= _LONGEST:
            yield name, wish[name], f"0 to {_LONGEST} seconds"
    if len(wish.get("alarms") or ()) > MOST_ALARMS:
        yield "alarms", f"{len(wish['alarms'])} names", f"{MOST_ALARMS} at most"
