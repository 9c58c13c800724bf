"""Elastic network interfaces with addresses of their subnet, for whatever AWS puts into one."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.subnets import Subnet

from rig.control.ec2 import backends, elastic_addresses, ids
from rig.control.ec2.errors import refuse


class Interface(NetworkInterface):
    """moto's interface, plus what AWS's own services make of one.

    `groups_apply` is False for a Network Load Balancer made without security groups.
    """

    groups_apply = True
    managed_attachment: dict[str, Any] | None = None

    @property
    def attachment(self) -> Any:
        return super().attachment or self.managed_attachment

    @property
    def in_use(self) -> bool:
        return bool(self.attachment)

    def delete(self) -> None:
        """moto calls this when an instance ends, whose interface is still attached then."""
        self.ec2_backend.discard_interface(self)

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        own = _FILTERS.get(filter_name)
        return own(self) if own else super().get_filter_value(filter_name, method_name)


_FILTERS = {
    "status": lambda eni: eni.status,
    "interface-type": lambda eni: eni.interface_type,
    "requester-id": lambda eni: eni.requester_id,
    "requester-managed": lambda eni: str(eni.requester_managed).lower(),
    "owner-id": lambda eni: eni.owner_id,
    "mac-address": lambda eni: eni.mac_address,
    "group-name": lambda eni: [group.name for group in eni.group_set],
    "private-dns-name": lambda eni: getattr(eni, "private_dns_name", None),
    "association.public-ip": lambda eni: eni.public_ip,
    "addresses.association.public-ip": lambda eni: eni.public_ip,
    "availability-zone-id": lambda eni: eni.subnet.availability_zone_id,
    "attachment.status": lambda eni: "attached" if eni.attachment else None,
}


def allocate(
    account_id: str,
    region: str,
    subnet_id: str,
    groups: Iterable[str] | None,
    description: str,
    requester: str,
    *,
    address: str | None = None,
    interface_type: str = "interface",
    public: bool = False,
) -> Interface:
    """An interface that the AWS service `requester` (such as "amazon-elb") keeps in the customer's subnet.

    `public` gives it an address on the Internet. `groups` None means that no security group applies. Raises
    InvalidSubnetID.NotFound, InvalidGroup.NotFound, InsufficientFreeAddressesInSubnet or InvalidIPAddress.InUse.
    """
    backend = backends.of(account_id, region)
    for group_id in groups or ():
        if backend.get_security_group_from_id(group_id) is None:
            refuse("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    subnet = backend.get_subnet(subnet_id)
    eni = backend.create_network_interface(
        subnet, free_address(subnet, address), group_ids=list(groups or ()), description=description
    )
    if groups is None:
        eni.groups_apply = False
        eni._group_set = []
    eni.requester_managed = True
    eni.requester_id = requester
    eni.interface_type = interface_type
    eni.status = "in-use"
    if public:
        eni.public_ip = elastic_addresses.new()
    eni.managed_attachment = {
        "AttachmentId": ids.new("ela-attach"),
        "DeleteOnTermination": False,
        "DeviceIndex": 1,
        "InstanceOwnerId": "amazon-aws",
        "Status": "attached",
    }
    return eni


def release(eni: Interface) -> None:
    """Give the interface and its address back. A second release does nothing."""
    eni.managed_attachment = None
    eni.ec2_backend.discard_interface(eni)


def free_address(subnet: Subnet, wanted: str | None = None) -> str:
    """An address of the subnet that nobody has: `wanted`, or the lowest.

    The first four and the last belong to AWS:
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    taken = _of_interfaces(subnet)
    first, last = subnet.cidr.network_address + 4, subnet.cidr.broadcast_address - 1
    if wanted:
        if not first <= IPv4Address(wanted) <= last:
            refuse("InvalidParameterValue", f"Address {wanted} does not fall within the subnet's address range")
        if wanted in taken:
            refuse("InvalidIPAddress.InUse", f"The specified address '{wanted}' is already in use.")
        return wanted
    # An instance holds an address a moment before its interface is made.
    taken |= set(subnet._subnet_ips)
    every = (str(IPv4Address(number)) for number in range(int(first), int(last) + 1))
    free = next((address for address in every if address not in taken), None)
    if free is None:
        refuse(
            "InsufficientFreeAddressesInSubnet",
            f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number of "
            "interfaces.",
        )
    return free


def _of_interfaces(subnet: Subnet) -> set[str]:
    taken: set[str] = set()
    for eni in subnet.ec2_backend.enis.values():
        if eni.subnet.id == subnet.id:
            taken.update(address["PrivateIpAddress"] for address in eni.private_ip_addresses)
    return taken
