"""What AWS does not delete while something else needs it, where moto does.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (DependencyViolation and the *.InUse codes)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rig.control.ec2.errors import refuse


class Dependencies:
    """Mixed into the backend, in front of moto's own methods."""

    def delete_vpc(self, vpc_id: str) -> Any:
        vpc = self.get_vpc(vpc_id)
        if any(self._held_by_vpc(vpc)):
            refuse("DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        # What came with the VPC goes with it, though nobody could delete it alone.
        self.groups.pop(vpc_id, None)
        for table_id in [table.id for table in self.route_tables.values() if table.vpc_id == vpc_id]:
            del self.route_tables[table_id]
        return super().delete_vpc(vpc_id)

    def delete_subnet(self, subnet_id: str) -> Any:
        self.get_subnet(subnet_id)
        if any(eni.subnet.id == subnet_id for eni in self.enis.values()):
            refuse("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        for table in self.route_tables.values():
            gone = [key for key, target in table._associations.items() if target == subnet_id]
            for association_id in gone:
                del table._associations[association_id]
        return super().delete_subnet(subnet_id)

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        group = self.get_security_group_by_name_or_id(group_id or name)
        if group and group.name == "default":
            refuse("CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
        if group and any(self._users_of_group(group.id)):
            refuse("DependencyViolation", f"resource {group.id} has a dependent object")
        super().delete_security_group(name, group_id)

    def delete_route_table(self, route_table_id: str) -> None:
        if self.get_route_table(route_table_id).main_association_id:
            refuse("DependencyViolation", f"The routeTable '{route_table_id}' has dependencies and cannot be deleted.")
        super().delete_route_table(route_table_id)

    def detach_internet_gateway(self, internet_gateway_id: str, vpc_id: str) -> None:
        if any(eni.public_ip and eni.vpc_id == vpc_id for eni in self.enis.values()):
            refuse(
                "DependencyViolation",
                f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) "
                "before detaching the gateway.",
            )
        super().detach_internet_gateway(internet_gateway_id, vpc_id)

    def delete_internet_gateway(self, internet_gateway_id: str) -> None:
        if self.get_internet_gateway(internet_gateway_id).vpc:
            refuse(
                "DependencyViolation",
                f"The internetGateway '{internet_gateway_id}' has dependencies and cannot be deleted.",
            )
        super().delete_internet_gateway(internet_gateway_id)

    def delete_network_interface(self, eni_id: str) -> None:
        eni = self.get_network_interface(eni_id)
        if eni.in_use:
            refuse("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
        self.discard_interface(eni)

    def release_address(self, address: str | None = None, allocation_id: str | None = None) -> None:
        found = self.address_by_allocation([allocation_id]) if allocation_id else self.address_by_ip([address])
        if found[0].association_id:
            refuse("InvalidIPAddress.InUse", f"Address {found[0].public_ip} is in use.")
        super().release_address(address, allocation_id)
        self.tags.pop(allocation_id, None)

    def delete_managed_prefix_list(self, prefix_list_id: str) -> Any:
        if self.managed_prefix_lists[prefix_list_id].owner_id == "AWS":
            refuse("InvalidPrefixListId.NotFound", f"The prefix list ID '{prefix_list_id}' does not exist")
        return super().delete_managed_prefix_list(prefix_list_id)

    def _held_by_vpc(self, vpc: Any) -> Iterator[Any]:
        yield from (subnet for subnet in self.describe_subnets() if subnet.vpc_id == vpc.id)
        yield from (eni for eni in self.enis.values() if eni.vpc_id == vpc.id)
        yield from (igw for igw in self.internet_gateways.values() if igw.vpc and igw.vpc.id == vpc.id)
        attachments = (vgw.attachments.get(vpc.id) for vgw in self.vpn_gateways.values() if vgw.state != "deleted")
        yield from (attachment for attachment in attachments if attachment and attachment.state == "attached")
        yield from (group for group in self.groups[vpc.id].values() if group.name != "default")
        yield from (entry for entry in self.endpoints.values() if entry.vpc_id == vpc.id and entry.state != "deleted")
        tables = (table for table in self.route_tables.values() if table.vpc_id == vpc.id)
        yield from (table for table in tables if table.main_association_id is None)

    def _users_of_group(self, group_id: str) -> Iterator[Any]:
        for eni in self.enis.values():
            yield from (group for group in eni.group_set if group.id == group_id)
        for other in (group for groups in self.groups.values() for group in groups.values() if group.id != group_id):
            for rule in (*other.ingress_rules, *other.egress_rules):
                if rule.source_group.get("GroupId") == group_id:
                    yield rule
