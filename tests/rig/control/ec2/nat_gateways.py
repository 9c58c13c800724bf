"""NAT gateways that take their time, fail without an internet gateway, and give back what they held.

https://docs.aws.amazon.com/vpc/latest/userguide/troubleshooting-natgateway.html
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.nat_gateways import NatGateway

from rig.control import clock, registry
from rig.control.ec2.errors import refuse


class NatGateways:
    """Mixed into the backend, in front of moto's own methods."""

    def create_nat_gateway(
        self,
        subnet_id: str,
        allocation_id: str | None,
        tags: dict[str, str] | None = None,
        connectivity_type: str | None = None,
    ) -> NatGateway:
        subnet = self.get_subnet(subnet_id)
        public = connectivity_type != "private"
        if public and not allocation_id:
            refuse("MissingParameter", "The request must contain the parameter AllocationId")
        if public and self.address_by_allocation([allocation_id])[0].association_id:
            refuse("Resource.AlreadyAssociated", f"Elastic IP address [{allocation_id}] is already associated")
        gateway = super().create_nat_gateway(
            subnet_id, allocation_id if public else None, tags, connectivity_type or "public"
        )
        _adopt_interface(gateway)
        gateway.state = "pending"
        attached = any(igw.vpc and igw.vpc.id == subnet.vpc_id for igw in self.internet_gateways.values())
        end = "available" if attached or not public else "failed"
        clock.call_later(registry.settings().delay("nat_gateway"), lambda: _settle(gateway, end))
        return gateway

    def delete_nat_gateway(self, nat_gateway_id: str) -> NatGateway:
        gateway = self.nat_gateways.get(nat_gateway_id)
        if gateway is None:
            refuse("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
        if gateway.state not in ("deleting", "deleted"):
            gateway.state = "deleting"
            clock.call_later(registry.settings().delay("nat_gateway_deletion"), lambda: _finish(gateway))
        return gateway

    def describe_nat_gateways(self, filters: Any, nat_gateway_ids: list[str] | None) -> list[NatGateway]:
        """moto knows no tag filters here, and finds nothing wrong with an unknown id."""
        for gateway_id in nat_gateway_ids or ():
            if gateway_id not in self.nat_gateways:
                refuse("NatGatewayNotFound", f"The Nat Gateway {gateway_id} was not found")
        found = super().describe_nat_gateways(filters, nat_gateway_ids)
        for name, values in (filters or {}).items():
            if name.startswith("tag"):
                found = [gateway for gateway in found if _tagged(gateway, name, values)]
        return found


def _adopt_interface(gateway: NatGateway) -> None:
    eni = gateway._eni
    eni.description = f"Interface for NAT Gateway {gateway.id}"
    eni.interface_type = "nat_gateway"
    eni.requester_managed = True
    eni.status = "in-use"
    eni.managed_attachment = {"DeviceIndex": 1, "InstanceOwnerId": "amazon-aws", "Status": "attached"}
    eni.groups_apply = False
    eni._group_set = []
    gateway.private_ip = eni.private_ip_address


def _settle(gateway: NatGateway, state: str) -> None:
    if gateway.state != "pending":
        return
    gateway.state = state
    if state == "failed":
        gateway.failure_code = "Gateway.NotAttached"
        gateway.failure_message = f"Network {gateway.vpc_id} has no Internet gateway attached"
        _give_back(gateway)


def _finish(gateway: NatGateway) -> None:
    _give_back(gateway)
    gateway.state = "deleted"
    backend = gateway.ec2_backend
    # AWS shows a deleted gateway for about an hour.
    clock.call_later(3600, lambda: backend.nat_gateways.pop(gateway.id, None))


def _give_back(gateway: NatGateway) -> None:
    backend = gateway.ec2_backend
    for held in backend.addresses:
        if held.eni is gateway._eni:
            held.eni, held.association_id = None, None
    gateway._eni.managed_attachment = None
    gateway._eni.public_ip = None
    backend.discard_interface(gateway._eni)


def _tagged(gateway: NatGateway, name: str, values: list[str]) -> bool:
    tags = gateway.ec2_backend.tags.get(gateway.id, {})
    if name == "tag-key":
        return bool(set(values) & set(tags))
    return tags.get(name.removeprefix("tag:")) in values
