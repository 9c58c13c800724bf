# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The security groups of one side, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAMED, Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import SystemClock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups import api
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.model import (
    Group,
    Groups,
    Rule,
    desired_groups,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.permissions import (
    permissions_of,
    rules_from,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.plan import leaving, plan


class SecurityGroups:
    what = "security groups"

    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._desired = desired_groups(params) if params["state"] == "present" else Groups()
        self._ids: dict[str, str] = {}
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("ec2")

    def read(self) -> Groups:
        items = api.describe(self._client, self._owner.filters())
        named = {item["GroupName"]: item["GroupId"] for item in items}
        self._ids = {**named, **self._prefix_lists()}
        names = {group_id: name for name, group_id in self._ids.items()}
        return Groups(groups=tuple(_group(item, names) for item in items))

    def _prefix_lists(self) -> dict[str, str]:
        """The ids of those the rules name: AWS keeps one for each service with a gateway endpoint."""
        rules = (rule for group in self._desired.groups for rule in group.rules)
        wanted = sorted({rule.peer.split(" ", 1)[1] for rule in rules if rule.peer.startswith("prefix_list ")})
        if not wanted:
            return {}
        filters = [{"Name": "prefix-list-name", "Values": wanted}]
        found = {item["PrefixListName"]: item["PrefixListId"] for item in api.prefix_lists(self._client, filters)}
        for name in wanted:
            if name not in found:
                raise PrivateLinkError(where="prefix_list", found=name, allowed="a prefix list of the region")
        return found

    def plan(self, current: Groups) -> Plan:
        unknown = ("vpc_id",) if self._desired.groups and not self._params["vpc_id"] else ()
        purge = self._params["purge"] or self._params["state"] == "absent"
        return plan(self._desired, current, purge_tags=self._params["purge_tags"], purge=purge, unknown=unknown)

    def judge(self, current: Groups) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Groups) -> dict[str, Any]:
        ids = {group.name: group.id for group in sorted(state.groups, key=lambda g: g.name)}
        return {"security_group_ids": ids, "leaving": leaving(self._desired, state)}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, group: Group) -> None:
        group_id = api.create(self._client, group.name, group.description, self._params["vpc_id"], group.tags)
        self._ids[group.name] = group_id

    def _authorize(self, *, name: str, group_id: str | None, direction: str, rules: tuple[Rule, ...]) -> None:
        call = api.authorize_ingress if direction == "ingress" else api.authorize_egress
        call(self._client, group_id or self._ids[name], permissions_of(rules, self._ids))

    def _revoke(self, *, name: str, group_id: str | None, direction: str, rules: tuple[Rule, ...]) -> None:
        """Of groups that are to go, two may go by one name: each VPC has names of its own."""
        call = api.revoke_ingress if direction == "ingress" else api.revoke_egress
        call(self._client, group_id or self._ids[name], permissions_of(rules, self._ids))

    def _tag(self, *, group_id: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, group_id, to_set, to_unset)

    def _vacate(self, *, group_ids: tuple[str, ...]) -> None:
        def members() -> list[str]:
            return api.interfaces_in(self._client, group_ids)

        until_settled(
            members(),
            read=members,
            judge=lambda ids: Verdict(settled=not ids, note=f"{', '.join(ids[:NAMED])} still in it" if ids else ""),
            what="security groups that are not wanted",
            timeout=self.wait_timeout,
            clock=SystemClock(),
        )

    def _delete(self, *, name: str, group_id: str) -> None:
        what = f"security group {name}"
        until_let_go(what, lambda: api.delete(self._client, group_id), timeout=self.wait_timeout)


def _group(item: Mapping[str, Any], names: Mapping[str, str]) -> Group:
    ingress = rules_from("ingress", item.get("IpPermissions", []), names)
    egress = rules_from("egress", item.get("IpPermissionsEgress", []), names)
    return Group(
        name=item["GroupName"],
        description=item["Description"],
        rules=frozenset([*ingress, *egress]),
        tags=boto3_tag_list_to_ansible_dict(item.get("Tags", [])),
        id=item["GroupId"],
    )
