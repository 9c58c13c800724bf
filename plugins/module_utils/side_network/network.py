# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The network of one side, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import client_token
from ansible_collections.twoway.privatelink.plugins.module_utils._creating import made_once
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import SystemClock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network import api
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.model import (
    Network,
    Part,
    desired_network,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.reading import (
    LIVE,
    failed_nat_gateways,
    read_network,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.report import private_cidrs, report


class SideNetwork:
    def __init__(self, params: Mapping[str, Any], connect: Connect) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._desired = desired_network(params) if params["state"] == "present" else Network()
        self._ids: dict[tuple[str, str], str | None] = {}
        self.what = f"network {params['name']}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("ec2")

    def read(self) -> Network:
        network = read_network(self._client, self._owner)
        self._ids = {(part.kind, part.name): part.id for part in reversed(network.parts)}
        return network

    def plan(self, current: Network) -> Plan:
        return plan(self._desired, current, purge_tags=self._params["purge_tags"])

    def judge(self, current: Network) -> Verdict:
        """Nothing is on its way when the last change is made: what takes time is awaited where it is needed."""
        return Verdict(settled=True)

    def report(self, state: Network) -> dict[str, Any]:
        return {
            "network": report(self._params, state),
            "private_subnet_cidrs": private_cidrs(self._params, state),
        }

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _tag(self, *, id: str, set: Mapping[str, str], unset: list[str]) -> None:
        if set:
            api.set_tags(self._client, id, set)
        if unset:
            api.unset_tags(self._client, id, unset)

    def _made(self, part: Part, part_id: str) -> None:
        self._ids[part.kind, part.name] = part_id

    def _make_once(self, part: Part, listed: Callable[..., list[dict[str, Any]]], create: Callable[[Any], str]) -> None:
        """What takes no client token: where AWS did not say whether it is made, its tags do."""
        filters = [*self._owner.filters(), {"Name": f"tag:{NAME}", "Values": [part.name]}]

        def find() -> str | None:
            return min((item[api.IDS[part.kind]] for item in listed(self._client, filters)), default=None)

        self._made(part, made_once(lambda: create(self._connect("ec2", once=True)), find))

    @property
    def _vpc_id(self) -> str | None:
        return next((part_id for (kind, _name), part_id in self._ids.items() if kind == "vpc"), None)

    def _create_vpc(self, *, part: Part) -> None:
        cidr = part.settings["cidr"]
        self._make_once(part, api.vpcs, lambda client: api.create_vpc(client, cidr, part.tags))
        self._update_vpc(part=part)

    def _update_vpc(self, *, part: Part, **_why: Any) -> None:
        vpc_id = self._ids["vpc", part.name]
        api.modify_vpc(self._client, vpc_id, "EnableDnsSupport", True)
        api.modify_vpc(self._client, vpc_id, "EnableDnsHostnames", True)

    def _create_subnet(self, *, part: Part) -> None:
        cidr, az_id = part.settings["cidr"], part.settings["az_id"]
        self._made(part, api.create_subnet(self._client, self._vpc_id, cidr, az_id, part.tags))

    def _create_internet_gateway(self, *, part: Part) -> None:
        self._make_once(part, api.internet_gateways, lambda client: api.create_internet_gateway(client, part.tags))
        self._update_internet_gateway(part=part)

    def _update_internet_gateway(self, *, part: Part, **_why: Any) -> None:
        api.attach_internet_gateway(self._client, self._ids[part.kind, part.name], self._vpc_id)

    def _create_address(self, *, part: Part) -> None:
        self._make_once(part, api.addresses, lambda client: api.allocate_address(client, part.tags))

    def _create_nat_gateway(self, *, part: Part) -> None:
        subnet_id = self._ids["subnet", part.settings["subnet"]]
        allocation_id = self._ids["address", part.settings["address"]]
        dead = [item["NatGatewayId"] for item in self._nat_gateways() if item["State"] not in LIVE]
        token = client_token(self._owner, part.name, {"subnet": subnet_id, "address": allocation_id}, dead)
        nat_id = api.create_nat_gateway(self._client, subnet_id, allocation_id, token, part.tags)
        self._made(part, nat_id)

    def _create_route_table(self, *, part: Part) -> None:
        self._made(part, api.create_route_table(self._client, self._vpc_id, part.tags))
        for subnet in part.settings["subnets"]:
            self._associate(part, subnet)
        if part.settings["default_route"]:
            table_id = self._ids[part.kind, part.name]
            api.create_default_route(self._client, table_id, self._target(part.settings["default_route"]))

    def _update_route_table(self, *, part: Part, found: Part, **_why: Any) -> None:
        for subnet in set(part.settings["subnets"]) - set(found.settings["subnets"]):
            self._associate(part, subnet)
        self._drop_associations(part, keep=part.settings["subnets"])
        wanted, there = part.settings["default_route"], found.settings["default_route"]
        if wanted == there:
            return
        if wanted is None:
            api.delete_default_route(self._client, part.id)
        elif there is None:
            api.create_default_route(self._client, part.id, self._target(wanted))
        else:
            api.replace_default_route(self._client, part.id, self._target(wanted))

    def _associate(self, table: Part, subnet: str) -> None:
        """A subnet has one table at a time: where it has another, the association moves."""
        subnet_id = self._ids["subnet", subnet]
        table_id = self._ids["route_table", table.name]
        filters = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
        for item in api.route_tables(self._client, filters):
            for association in item["Associations"]:
                if association.get("SubnetId") == subnet_id:
                    api.replace_association(self._client, table_id, association["RouteTableAssociationId"])
                    return
        api.associate(self._client, table_id, subnet_id)

    def _drop_associations(self, table: Part, keep: tuple[str, ...]) -> None:
        kept = {self._ids.get(("subnet", subnet)) for subnet in keep}
        filters = [{"Name": "route-table-id", "Values": [table.id]}]
        for item in api.route_tables(self._client, filters):
            for association in item["Associations"]:
                if "SubnetId" in association and association["SubnetId"] not in kept:
                    api.disassociate(self._client, association["RouteTableAssociationId"])

    def _target(self, route: str) -> dict[str, str]:
        """A route must not name a NAT gateway that is still pending, so this is where it is awaited."""
        kind, name = route.split(" ", 1)
        target_id = self._ids[kind, name]
        if kind == "internet_gateway":
            return {"GatewayId": target_id}
        self._await(f"NAT gateway {name}", lambda: self._nat_state(target_id), "available")
        return {"NatGatewayId": target_id}

    def _nat_gateways(self) -> list[dict[str, Any]]:
        return api.nat_gateways(self._client, self._owner.filters())

    def _nat_state(self, nat_id: str) -> str:
        for failed_id, why in failed_nat_gateways(self._client, self._owner):
            if failed_id == nat_id:
                raise WaitError(where=nat_id, found=f"failed: {why}", remedy="mend that, then run again")
        return next((item["State"] for item in self._nat_gateways() if item["NatGatewayId"] == nat_id), "deleted")

    def _delete_nat_gateway(self, *, part: Part) -> None:
        api.delete_nat_gateway(self._client, part.id)

    def _delete_address(self, *, part: Part) -> None:
        """An address comes free when the last NAT gateway that held it is deleted, which takes a minute."""
        for item in self._nat_gateways():
            held = {address.get("AllocationId") for address in item.get("NatGatewayAddresses", [])}
            if part.id in held and item["State"] != "failed":
                nat_id = item["NatGatewayId"]
                self._await(f"NAT gateway {nat_id}", lambda nat_id=nat_id: self._nat_state(nat_id), "deleted")
        self._patiently(f"address {part.name}", lambda: api.release_address(self._client, part.id))

    def _delete_route_table(self, *, part: Part) -> None:
        self._drop_associations(part, keep=())
        api.delete_route_table(self._client, part.id)

    def _delete_internet_gateway(self, *, part: Part) -> None:
        if part.settings["attached"]:
            # Refused while an address of the VPC is still mapped.
            self._patiently(
                f"internet gateway {part.name}",
                lambda: api.detach_internet_gateway(self._client, part.id, part.vpc_id),
            )
        api.delete_internet_gateway(self._client, part.id)

    def _delete_subnet(self, *, part: Part) -> None:
        self._patiently(f"subnet {part.name}", lambda: api.delete_subnet(self._client, part.id))

    def _delete_vpc(self, *, part: Part) -> None:
        self._patiently(f"vpc {part.name}", lambda: api.delete_vpc(self._client, part.id))

    def _await(self, what: str, read: Callable[[], str], wanted: str) -> None:
        until_settled(
            read(),
            read=read,
            judge=lambda state: Verdict(settled=state == wanted, note=f"{state}, not yet {wanted}"),
            what=what,
            timeout=self.wait_timeout,
            clock=SystemClock(),
        )

    def _patiently(self, what: str, delete: Callable[[], Any]) -> None:
        until_let_go(what, delete, timeout=self.wait_timeout)
