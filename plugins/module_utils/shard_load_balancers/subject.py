# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The load balancers of a link's shards, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers import api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    HTTPS,
    Listener,
    LoadBalancer,
    Shards,
    desired_shards,
    names_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.plan import plan, plan_absent
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.reading import (
    read_named,
    read_ours,
)


def still_a_target(error: AwsError) -> bool:
    """A Network Load Balancer that is on its way out keeps it as a target for some seconds."""
    return error.code in ("ResourceInUse", "OperationNotPermitted")


class ShardLoadBalancers:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._names = names_of(params)
        self._arns: dict[str, str | None] = {}
        self._listeners: dict[str, str | None] = {}
        self.what = f"load balancers {params['name']}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("elbv2")

    def read(self) -> Shards:
        absent = self._params["state"] == "absent"
        found = read_ours(self._client, self._owner) if absent else read_named(self._client, self._owner, self._names)
        self._arns = {one.name: one.arn for one in found.load_balancers}
        self._listeners = {one.name: one.listener.arn for one in found.load_balancers if one.listener}
        return found

    def plan(self, current: Shards) -> Plan:
        if self._params["state"] == "absent":
            return plan_absent(current)
        keys = ("subnet_ids", "security_group_ids", "certificate_arn")
        unknown = unknown_options(**{key: self._params[key] for key in keys})
        return plan(desired_shards(self._params), current, purge_tags=self._params["purge_tags"], unknown=unknown)

    def judge(self, current: Shards) -> Verdict:
        if not self._params["wait"] or self._params["state"] == "absent":
            return Verdict(settled=True)
        pending = [one.name for one in current.load_balancers if one.state == "provisioning"]
        return Verdict(settled=not pending, note=f"{', '.join(pending)} still provisioning")

    def report(self, state: Shards) -> dict[str, Any]:
        found = [one for one in map(state.find, self._names) if one]
        return {
            "shards": [_shard(number, one) for number, one in enumerate(found, start=1)],
            "load_balancer_arns": {one.name: one.arn for one in found},
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
        if to_set:
            api.set_tags(self._client, self._arns[name], to_set)
        if to_unset:
            api.unset_tags(self._client, self._arns[name], to_unset)

    def _delete(self, *, name: str, arn: str) -> None:
        until_let_go(
            f"load balancer {name}",
            lambda: api.delete(self._client, arn),
            timeout=self.wait_timeout,
            held=still_a_target,
        )


def _shard(number: int, one: LoadBalancer) -> dict[str, Any]:
    return {
        "number": number,
        "listener_arn": one.listener.arn if one.listener else None,
        "port": HTTPS + number - 1,
    }
