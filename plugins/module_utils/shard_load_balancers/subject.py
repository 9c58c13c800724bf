# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The load balancers of a link's shards, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers import api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    HTTPS,
    Listener,
    LoadBalancer,
    Shards,
    desired_shards,
    number_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import (
    HEALTH_PRIORITY,
    numbers_needed,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.plan import plan, plan_absent
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.reading import read_ours


def still_a_target(error: AwsError) -> bool:
    """A Network Load Balancer that is on its way out keeps it as a target for some seconds."""
    return error.code in ("ResourceInUse", "OperationNotPermitted")


class ShardLoadBalancers:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._limits = limits(params["quotas"])
        self._needed: tuple[int, ...] = ()
        self._seen: Shards | None = None
        self._arns: dict[str, str | None] = {}
        self._listeners: dict[str, str | None] = {}
        self.what = f"load balancers {params['name']}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("elbv2")

    def read(self) -> Shards:
        found = read_ours(self._client, self._owner)
        self._seen = found if self._seen is None else self._seen
        self._arns = {one.name: one.arn for one in found.load_balancers}
        self._listeners = {one.name: one.listener.arn for one in found.load_balancers if one.listener}
        return found

    def plan(self, current: Shards) -> Plan:
        if self._params["state"] == "absent":
            return plan_absent(current)
        there = self._numbered(current)
        taken = {number for name in current.taken if (number := self._number(name))}
        self._needed = numbers_needed(
            self._params["services"],
            {number: one.occupancy for number, one in there.items()},
            self._limits,
            taken=taken,
            purge=self._params["purge_services"],
        )
        spare = there.keys() - self._needed if self._params["purge_shards"] else set()
        desired = desired_shards(self._params, {*self._needed, *there} - spare)
        keys = ("subnet_ids", "security_group_ids", "certificate_arn")
        return plan(
            desired,
            current,
            purge_tags=self._params["purge_tags"],
            spare={there[number].name for number in spare},
            unknown=unknown_options(**{key: self._params[key] for key in keys}),
        )

    def _number(self, name: str) -> int | None:
        return number_of(self._params["name"], name)

    def _numbered(self, state: Shards) -> dict[int, LoadBalancer]:
        numbers = {self._number(one.name): one for one in state.load_balancers}
        return {number: numbers[number] for number in sorted(n for n in numbers if n is not None)}

    def judge(self, current: Shards) -> Verdict:
        if not self._params["wait"] or self._params["state"] == "absent":
            return Verdict(settled=True)
        pending = [one.name for one in current.load_balancers if one.state == "provisioning"]
        return Verdict(settled=not pending, note=f"{', '.join(pending)} still provisioning")

    def report(self, state: Shards) -> dict[str, Any]:
        found = self._numbered(state if self._params["state"] == "present" else self._seen)
        return {
            "shards": [_shard(number, one) for number, one in found.items()],
            "load_balancer_arns": {one.name: one.arn for one in found.values()},
            "needed": list(self._needed),
        }

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, name: str, load_balancer: LoadBalancer) -> None:
        self._arns[name] = api.create(self._client, load_balancer)

    def _set_attributes(self, *, name: str, attributes: Mapping[str, str]) -> None:
        api.set_attributes(self._client, self._arns[name], attributes)

    def _set_subnets(self, *, name: str, subnet_ids: tuple[str, ...]) -> None:
        api.set_subnets(self._client, self._arns[name], subnet_ids)

    def _set_security_groups(self, *, name: str, group_ids: tuple[str, ...]) -> None:
        api.set_security_groups(self._client, self._arns[name], group_ids)

    def _create_listener(self, *, name: str, listener: Listener, tags: Mapping[str, str]) -> None:
        self._listeners[name] = api.create_listener(self._client, self._arns[name], listener, tags)

    def _modify_listener(self, *, name: str, listener: Listener) -> None:
        api.modify_listener(self._client, self._listeners[name], listener)

    def _create_rule(self, *, name: str, path: str, tags: Mapping[str, str]) -> None:
        api.create_rule(self._client, self._listeners[name], path, tags)

    def _modify_rule(self, *, name: str, arn: str, path: str) -> None:
        api.modify_rule(self._client, arn, path)

    def _tag(self, *, name: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, self._arns[name], to_set, to_unset)

    def _delete(self, *, name: str, arn: str, if_empty: bool = False) -> None:
        if if_empty:
            self._refuse_occupied(name)
        until_let_go(
            f"load balancer {name}",
            lambda: api.delete(self._client, arn),
            timeout=self.wait_timeout,
            held=still_a_target,
        )

    def _refuse_occupied(self, name: str) -> None:
        """Between the plan and now somebody may have come."""
        listener = self._listeners.get(name)
        rules = api.rules(self._client, listener) if listener else []
        there = [
            rule["Priority"] for rule in rules if not rule["IsDefault"] and rule["Priority"] != str(HEALTH_PRIORITY)
        ]
        if there:
            raise PrivateLinkError(
                where=f"load balancer {name}",
                found=f"rules with priority {', '.join(there)}",
                allowed="none but its own, for it was to be deleted",
                remedy="run again",
            )


def _shard(number: int, one: LoadBalancer) -> dict[str, Any]:
    return {
        "number": number,
        "name": one.name,
        "load_balancer_arn": one.arn,
        "listener_arn": one.listener.arn if one.listener else None,
        "port": HTTPS + number - 1,
    }
