"""Lifecycle hooks: an instance waits, on its way in or out, until somebody says that it may go on.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from moto.autoscaling.exceptions import ValidationError

from rig.control import clock, snapshot
from rig.control.autoscaling.group import Group, Member

LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
CONTINUE, ABANDON = "CONTINUE", "ABANDON"
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
_TIMEOUTS, _DEFAULT_TIMEOUT = range(30, 7201), 3600
_HEARTBEATS, _LONGEST_WAIT = 100, 48 * 3600
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
_HOOKS_PER_GROUP = 50


@dataclass(frozen=True, kw_only=True)
class Hook:
    name: str
    group_name: str
    transition: str
    timeout: int = _DEFAULT_TIMEOUT
    result: str = ABANDON

    def view(self) -> dict[str, Any]:
        """As DescribeLifecycleHooks tells it."""
        return {
            "LifecycleHookName": self.name,
            "AutoScalingGroupName": self.group_name,
            "LifecycleTransition": self.transition,
            "HeartbeatTimeout": self.timeout,
            "GlobalTimeout": min(_HEARTBEATS * self.timeout, _LONGEST_WAIT),
            "DefaultResult": self.result,
        }


@dataclass(kw_only=True)
class Wait:
    """One instance that waits for one hook. `result` comes from whoever completes it, or from its timeout."""

    hook: Hook
    result: str | None = None
    token: str = field(default_factory=lambda: str(uuid4()))
    begun: float = field(default_factory=clock.now)
    heard: float = field(default_factory=clock.now)

    @property
    def is_over(self) -> bool:
        if self.result is None:
            longest = min(_HEARTBEATS * self.hook.timeout, _LONGEST_WAIT)
            if min(self.heard + self.hook.timeout, self.begun + longest) <= clock.now():
                self.result = self.hook.result
        return self.result is not None


def put(group: Group, request: Mapping[str, Any]) -> None:
    """Makes the hook; of one that is there, what is given changes."""
    former = group.hooks.get(request["LifecycleHookName"])
    transition = request.get("LifecycleTransition") or (former and former.transition)
    if transition not in (LAUNCHING, TERMINATING):
        raise ValidationError(f"Lifecycle Transition {transition} is not supported")
    timeout = int(request.get("HeartbeatTimeout") or (former.timeout if former else _DEFAULT_TIMEOUT))
    if timeout not in _TIMEOUTS:
        raise ValidationError("Lifecycle action's HeartbeatTimeout must be between 30 and 7200 seconds")
    result = request.get("DefaultResult") or (former.result if former else ABANDON)
    if result not in (CONTINUE, ABANDON):
        raise ValidationError(f"Lifecycle default result {result} is not supported")
    if former is None and len(group.hooks) >= _HOOKS_PER_GROUP:
        raise ValidationError(f"You cannot have more than {_HOOKS_PER_GROUP} lifecycle hooks per Auto Scaling group")
    name = request["LifecycleHookName"]
    group.hooks[name] = Hook(
        name=name, group_name=group.name, transition=transition, timeout=timeout, result=result
    )  # fmt: skip


def delete(group: Group, name: str) -> None:
    """Whoever waits for it goes on: "ABANDON for launching instances, CONTINUE for terminating instances".

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
    """
    hook = group.hooks.pop(name, None)
    if hook is None:
        raise ValidationError(f"No Lifecycle Hook found with name {name} for Auto Scaling group {group.name}")
    for member in group.members:
        if wait := member.waits.get(name):
            wait.result = ABANDON if hook.transition == LAUNCHING else CONTINUE


def complete(group: Group, request: Mapping[str, Any]) -> None:
    result = request["LifecycleActionResult"]
    if result not in (CONTINUE, ABANDON):
        raise ValidationError(f"Lifecycle action result {result} is not supported")
    _waiting(group, request).result = result
    snapshot.touch()


def heartbeat(group: Group, request: Mapping[str, Any]) -> None:
    _waiting(group, request).heard = clock.now()


def _waiting(group: Group, request: Mapping[str, Any]) -> Wait:
    """Raises ValidationError for what waits no more, and for what does not wait yet."""
    name = request["LifecycleHookName"]
    asked = [request.get("InstanceId"), request.get("LifecycleActionToken")]
    for member in group.members:
        wait = member.waits.get(name)
        if wait and not wait.is_over and (member.instance_id in asked or wait.token in asked):
            return wait
    which = f"instance ID {asked[0]}" if asked[0] else f"token {asked[1]}"
    raise ValidationError(f"No active Lifecycle Action found with {which}")


def begin(group: Group, member: Member, transition: str) -> None:
    """The member waits for every hook of this transition, for all of them at the same time."""
    member.waits = {hook.name: Wait(hook=hook) for hook in group.hooks.values() if hook.transition == transition}


def outcome(member: Member) -> str | None:
    """None as long as it has to wait. One that says ABANDON ends the wait for the others."""
    results = [wait.result for wait in member.waits.values() if wait.is_over]
    if ABANDON in results:
        return ABANDON
    return CONTINUE if len(results) == len(member.waits) else None
