"""How an instance refresh goes on: one step at each look at its group.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from rig.control import clock, registry
from rig.control.autoscaling.group import Group, Member
from rig.control.autoscaling.refresh import Refresh, alarms_of

_CAUSE = "an instance was taken out of service in response to an instance refresh."


class Rolling:
    """`warm` are the members that count as replaced or still to be replaced; `leave` takes one out of service."""

    def __init__(
        self, backend: Any, group: Group, refresh: Refresh, warm: list[Member], leave: Callable[[Member, str], None]
    ) -> None:
        self._backend = backend
        self._group = group
        self._refresh = refresh
        self._warm = warm
        self._leave = leave

    def step(self) -> None:
        refresh = self._refresh
        refresh.status = "InProgress" if refresh.status == "Pending" else refresh.status
        refresh.outgoing &= {member.instance_id for member in self._group.staying}
        refresh.notice(len(refresh.outgoing), sum(one.instance_id not in refresh.outgoing for one in self._warm))
        if trouble := self._trouble():
            self._fail(trouble)
        elif refresh.waits_until is not None:
            self._go_on_after_the_wait(refresh.waits_until)
        elif refresh.may_replace:
            self._replace()
        elif len(self._warm) >= self._desired:
            self._reached()

    @property
    def _desired(self) -> int:
        return self._group.desired_capacity or 0

    def _trouble(self) -> str:
        """Why it fails now, or ""."""
        alarms = cloudwatch_backends[self._backend.account_id][self._backend.region_name].alarms
        if not self._refresh.rollback:
            for name in alarms_of(self._refresh.preferences):
                if name in alarms and alarms[name].state_value == "ALARM":
                    return f"CloudWatch alarm {name} is in ALARM state"
        patience = registry.settings().delay("refresh_patience")
        if self._refresh.waits_until is None and clock.now() - self._refresh.progressed_at > patience:
            return "New instances do not become healthy"
        return ""

    def _fail(self, why: str) -> None:
        refresh = self._refresh
        if refresh.rollback:
            refresh.end("RollbackFailed", why)
        elif refresh.preferences.get("AutoRollback"):
            roll_back(self._group, refresh, why)
        else:
            refresh.end("Failed", why)

    def _replace(self) -> None:
        """Those that serve nobody first: it costs nothing."""
        spare = max(0, len(self._warm) - self._refresh.fewest_healthy(self._desired))
        old = [member for member in self._group.staying if member.instance_id in self._refresh.outgoing]
        cold = [member for member in old if member not in self._warm]
        serving = [member for member in old if member in self._warm]
        for member in [*cold, *serving[:spare]][: self._refresh.may_replace]:
            self._refresh.outgoing.discard(member.instance_id)
            self._leave(member, _CAUSE)

    def _reached(self) -> None:
        """A checkpoint, or the end: whatever replaced the old ones is in service and warm."""
        refresh = self._refresh
        if refresh.rollback:
            refresh.end("RollbackSuccessful", refresh.reason)
        elif not refresh.is_last_checkpoint:
            refresh.passed = refresh.checkpoint
            refresh.waits_until = clock.now() + refresh.checkpoint_delay
            refresh.reason = f"Checkpoint {refresh.passed}% reached; waiting for {refresh.checkpoint_delay:g} s"
        elif refresh.bake_time and refresh.at_first:
            refresh.status, refresh.waits_until = "Baking", clock.now() + refresh.bake_time
            refresh.reason = f"Waiting for the bake time, {refresh.bake_time:g} s"
        else:
            self._succeed()

    def _go_on_after_the_wait(self, until: float) -> None:
        refresh = self._refresh
        refresh.progressed_at = clock.now()  # it is not the instances that it waits for
        if clock.now() < until:
            return
        refresh.waits_until, refresh.reason = None, None
        if refresh.status == "Baking":
            self._succeed()

    def _succeed(self) -> None:
        """Only now is the desired configuration the group's own."""
        self._refresh.end("Successful")
        if template := self._refresh.desired_configuration.get("LaunchTemplate"):
            self._group._set_launch_configuration("", dict(template), None)


def roll_back(group: Group, refresh: Refresh, why: str) -> None:
    saved = group.saved_version
    refresh.roll_back({member.instance_id for member in group.staying if member.version is not saved}, why)
