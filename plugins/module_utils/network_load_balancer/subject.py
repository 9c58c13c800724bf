# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A Network Load Balancer for the runner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import require
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import (
    api,
    api_auto_scaling,
    api_listeners,
    api_target_groups,
    waiters,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import WantedListener
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Desired, Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.read import read_front, refresh
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    Target,
    TargetGroup,
    WantedTargetGroup,
)

# A deleted endpoint service, or a deleted listener, holds on for some seconds more.
IN_USE = "ResourceInUse"
SECONDS_TO_LET_GO = 60.0


class NetworkLoadBalancerSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self.desired = Desired.from_params(params)
        self.what = self.desired.what
        self.wait_timeout = self.desired.wait_timeout
        self._connect = connect
        self._clock = clock or SystemClock()
        if any(listener.tcp_idle_timeout is not None for listener in self.desired.listeners):
            require(self._elbv2, (api_listeners.ATTRIBUTES,))
        self._arn: str | None = None
        self._vpc_id: str | None = None
        self._settling: Front | None = None
        self._teller = Teller(params.get("progress_path"))
        self._alb_states: dict[str, str | None] = {}
        self._group_arns: dict[str, str] = {}
        self._listener_arns: dict[int, str] = {}

    @property
    def _elbv2(self) -> Any:
        return self._connect("elbv2")

    def read(self) -> Front:
        """While nothing is applied, only the load balancer's state changes, and targets appear."""
        if self._settling and self._settling.load_balancer and self._has_groups(self._settling):
            self._settling = self._mend_targets(refresh(self._elbv2, self._settling))
            return self._settling
        front = self._settling = self._read_all()
        if front.load_balancer:
            self._arn, self._vpc_id = front.load_balancer.arn, front.load_balancer.vpc_id
        self._group_arns |= {group.name: group.arn for group in front.target_groups if group.arn}
        self._listener_arns |= {listener.port: listener.arn for listener in front.listeners if listener.arn}
        return front

    def _has_groups(self, front: Front) -> bool:
        """Whether every target group that lacks a target was read at all."""
        return all(front.target_group(name) for name in waiters.lost_targets(self.desired, front))

    def _mend_targets(self, front: Front) -> Front:
        """Looks again for targets that have not appeared, and registers again what is still not there."""
        if not front.load_balancer:
            return front
        lost = waiters.lost_targets(self.desired, front)
        looked = [self._look_again(group) if group.name in lost else group for group in front.target_groups]
        front = replace(front, target_groups=tuple(looked))
        for name, targets in waiters.lost_targets(self.desired, front).items():
            self._register(name, targets)
        return front

    def _look_again(self, group: TargetGroup) -> TargetGroup:
        return replace(group, targets=tuple(api_target_groups.list_targets(self._elbv2, group.arn)))

    def _read_all(self) -> Front:
        """Anew when a part of it is not there: another run took it away meanwhile, or not all of AWS knows it yet."""
        read: list[Front] = []
        until_let_go(
            f"read {self.what}",
            lambda: read.append(read_front(self._connect, self.desired)),
            timeout=SECONDS_TO_LET_GO,
            held=lambda error: error.code in api.NEW,
            clock=self._clock,
        )
        return read[-1]

    def plan(self, current: Front) -> Plan:
        self._alb_states = {arn: alb.state for arn, alb in current.around.albs.items()}
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        """The name of a verb is the name of the method that applies it."""
        self._settling = None
        getattr(self, f"_{change.verb}")(**change.values)

    def judge(self, current: Front) -> Verdict:
        return waiters.judge(self.desired, current)

    def report(self, state: Front | None) -> dict[str, Any]:
        shown = state if self.desired.present else None
        wanted = {listener.port for listener in self.desired.listeners}
        leaving = sorted(one.port for one in shown.listeners if one.port not in wanted) if shown else []
        return {"network_load_balancer": shown.as_result() if shown else None, "leaving": leaving}

    def _create_load_balancer(self) -> None:
        made = api.create_load_balancer(self._elbv2, self.desired)
        self._arn, self._vpc_id = made["LoadBalancerArn"], made["VpcId"]

    def _set_subnets(self, subnet_ids: tuple[str, ...]) -> None:
        api.set_subnets(self._elbv2, self._arn, subnet_ids)

    def _set_ip_address_type(self) -> None:
        api.set_ip_address_type(self._elbv2, self._arn, self.desired.ip_address_type)

    def _set_security_groups(self) -> None:
        api.set_security_groups(self._elbv2, self._arn, self.desired.security_group_ids, bool(self.desired.enforced))

    def _set_cross_zone(self) -> None:
        api.set_cross_zone(self._elbv2, self._arn, self.desired.cross_zone)

    def _create_listener(self, port: int, listener: WantedListener) -> None:
        group_arn = self._group_arns[listener.target_group.name]
        self._listener_arns[port] = api_listeners.create_listener(
            self._elbv2, load_balancer_arn=self._arn, wanted=listener, target_group_arn=group_arn
        )

    def _modify_listener(self, port: int, listener: WantedListener) -> None:
        group_arn = self._group_arns[listener.target_group.name]
        arn = self._listener_arns[port]
        api_listeners.modify_listener(self._elbv2, arn=arn, wanted=listener, target_group_arn=group_arn)

    def _add_certificates(self, port: int, arns: list[str]) -> None:
        api_listeners.add_certificates(self._elbv2, self._listener_arns[port], arns)

    def _remove_certificates(self, port: int, arns: list[str]) -> None:
        api_listeners.remove_certificates(self._elbv2, self._listener_arns[port], arns)

    def _set_idle_timeout(self, port: int, seconds: int) -> None:
        api_listeners.set_idle_timeout(self._elbv2, self._listener_arns[port], seconds)

    def _delete_listener(self, arn: str) -> None:
        api_listeners.delete_listener(self._elbv2, arn)

    def _delete_load_balancer(self, arn: str) -> None:
        self._let_go(f"delete {self.what}", lambda: api.delete_load_balancer(self._elbv2, arn))

    def _create_target_group(self, new: WantedTargetGroup) -> None:
        self._group_arns[new.name] = api_target_groups.create_target_group(self._elbv2, new, self._vpc_id)

    def _set_health_check(self, group: str, check: Mapping[str, Any]) -> None:
        api_target_groups.set_health_check(self._elbv2, self._group_arns[group], check)

    def _set_attributes(self, group: str, attributes: Mapping[str, str]) -> None:
        api_target_groups.set_attributes(self._elbv2, self._group_arns[group], attributes)

    def _register(self, group: str, targets: tuple[Target, ...]) -> None:
        """AWS makes the load balancer of the plan while those that are to be its targets are awaited."""
        arn = self._group_arns[group]
        albs = [target.id for target in targets if target.id in self._alb_states]
        for alb in albs:
            self._await_alb(alb)
        until_let_go(
            f"{self.what}: register {', '.join(target.id for target in targets)}",
            lambda: api_target_groups.register(self._elbv2, arn, targets),
            timeout=self.wait_timeout,
            held=lambda error: bool(albs) and error.code in api_target_groups.NOT_YET,
            clock=self._clock,
        )

    def _await_alb(self, arn: str) -> None:
        """Asks nothing about one that was active when it was looked at."""

        def look() -> str | None:
            found = api.get_load_balancer_by_arn(self._elbv2, arn)
            return found["State"]["Code"] if found else None

        def judge(state: str | None) -> Verdict:
            verdict = waiters.judge_target(self.what, arn.split("/")[-2], state)
            self._teller.tell(verdict.note)
            return verdict

        self._alb_states[arn], _verdict = until_settled(
            self._alb_states[arn], read=look, judge=judge, what=self.what, timeout=self.wait_timeout, clock=self._clock
        )

    def _deregister(self, group: str, targets: Any) -> None:
        api_target_groups.deregister(self._elbv2, self._group_arns[group], targets)

    def _attach_auto_scaling_group(self, group: str, auto_scaling_group: str) -> None:
        api_auto_scaling.attach(self._connect("autoscaling"), auto_scaling_group, self._group_arns[group])

    def _detach_auto_scaling_group(self, group: str, auto_scaling_group: str) -> None:
        api_auto_scaling.detach(self._connect("autoscaling"), auto_scaling_group, self._group_arns[group])

    def _delete_target_group(self, arn: str) -> None:
        self._let_go(f"delete {arn}", lambda: api_target_groups.delete_target_group(self._elbv2, arn))

    def _set_tags(self, group: str | None, tags: Mapping[str, str]) -> None:
        api.set_tags(self._elbv2, self._group_arns[group] if group else self._arn, tags)

    def _unset_tags(self, group: str | None, keys: list[str]) -> None:
        api.unset_tags(self._elbv2, self._group_arns[group] if group else self._arn, keys)

    def _let_go(self, what: str, delete: Any) -> None:
        until_let_go(
            what, delete, timeout=SECONDS_TO_LET_GO, held=lambda error: error.code == IN_USE, clock=self._clock
        )
