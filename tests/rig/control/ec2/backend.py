"""moto's EC2 of one account and region, with what it lacks."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from moto.ec2.exceptions import InvalidAvailabilityZoneError
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import Zone
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.subnets import Subnet

from rig.control.ec2 import interfaces, zones
from rig.control.ec2.dependencies import Dependencies
from rig.control.ec2.errors import refuse
from rig.control.ec2.instances import Instances
from rig.control.ec2.nat_gateways import NatGateways
from rig.control.ec2.routes import Routes
from rig.control.ec2.tagged import TaggedResources

if TYPE_CHECKING:
    from rig.control.ec2.endpoint import Endpoint
    from rig.control.ec2.endpoint_service import EndpointService
    from rig.control.ec2.notification_actions import Notification


class Backend(Dependencies, Instances, NatGateways, Routes, TaggedResources, EC2Backend):
    SERVICE_NAMESPACE = "ec2"

    def __init__(self, region_name: str, account_id: str) -> None:
        # Before moto's own set-up: that makes the default VPC through the methods below.
        self.zones = {region_name: zones.of_account(account_id, region_name)}
        super().__init__(region_name, account_id)
        # moto's tables for the same things, under the names by which the extension speaks of them.
        self.endpoint_services: dict[str, EndpointService] = self.configurations
        self.endpoints: dict[str, Endpoint] = self.vpc_end_points
        self.notifications: dict[str, Notification] = {}

    @property
    def amis(self) -> dict[str, Any]:
        """The 1,300 public images, read when somebody first asks for one: they take longer than all the rest."""
        if self._amis is None:
            self._amis = {}
            super()._load_amis()
        return self._amis

    @amis.setter
    def amis(self, _nothing: dict[str, Any]) -> None:
        self._amis: dict[str, Any] | None = None

    def _load_amis(self) -> None:
        """Not yet: see `amis`."""

    def create_subnet(
        self,
        vpc_id: str,
        cidr_block: str,
        ipv6_cidr_block: str | None = None,
        availability_zone: str | None = None,
        availability_zone_id: str | None = None,
        **kwargs: Any,
    ) -> Subnet:
        """In the zone that this account knows by that name or id."""
        zone = self._zone(availability_zone, availability_zone_id)
        subnet = super().create_subnet(vpc_id, cidr_block, ipv6_cidr_block, zone.name, None, **kwargs)
        subnet._availability_zone = zone
        # The fourth address, which moto does not know to be AWS's.
        subnet._subnet_ips[str(subnet.cidr.network_address + 3)] = None
        return subnet

    def create_network_interface(
        self,
        subnet: Any,
        private_ip_address: Any = None,
        private_ip_addresses: Any = None,
        group_ids: Any = None,
        description: str | None = None,
        tags: Any = None,
        **kwargs: Any,
    ) -> Any:
        """With an address inside the subnet: moto's NAT gateways, for one, bring an invented one."""
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        asked = private_ip_address[0] if isinstance(private_ip_address, list) else private_ip_address
        address = interfaces.free_address(subnet, asked if asked and ip_address(asked) in subnet.cidr else None)
        if "device_index" in kwargs:
            kwargs["delete_on_termination"] = True  # AWS's default for what an instance launch makes; moto's is False
        named = {"group_ids": group_ids, "description": description, "tags": tags}
        eni = interfaces.Interface(self, subnet, address, private_ip_addresses, **named, **kwargs)
        self.enis[eni.id] = eni
        subnet._subnet_ips[address] = eni
        subnet._unused_ips.discard(address)
        return eni

    def discard_interface(self, eni: interfaces.Interface) -> None:
        for address in eni.private_ip_addresses:
            eni.subnet.del_subnet_ip(address["PrivateIpAddress"])
        self.enis.pop(eni.id, None)
        self.tags.pop(eni.id, None)

    def prefix_list_named(self, name: str) -> ManagedPrefixList:
        """AWS's own list for the service of that name."""
        return next(entry for entry in self.managed_prefix_lists.values() if entry.prefix_list_name == name)

    def add_endpoint_route(self, table_id: str, endpoint: Endpoint) -> None:
        self.endpoints[endpoint.id] = endpoint  # moto looks the route's target up there
        self.create_route(table_id, None, gateway_id=endpoint.id, destination_prefix_list_id=endpoint.prefix_list_id)

    def remove_endpoint_route(self, table_id: str, endpoint: Endpoint) -> None:
        """Nothing happens when the route table is gone."""
        if table_id in self.route_tables:
            table = self.route_tables[table_id]
            for route in table.routes:
                if route.gateway_id == endpoint.id:
                    del table._routes[route.id]

    def _zone(self, name: str | None, zone_id: str | None) -> Zone:
        known = self.zones[self.region_name]
        if not name and not zone_id:
            return known[0]
        for zone in known:
            if name == zone.name or (not name and zone_id == zone.zone_id):
                return zone
        raise InvalidAvailabilityZoneError(name or zone_id, ", ".join(zone.name for zone in known))

    def get_subnet(self, subnet_id: str) -> Subnet:
        if not subnet_id:
            refuse("MissingParameter", "The request must contain the parameter subnetId")
        return super().get_subnet(subnet_id)


# moto's base class finds a backend's urls by the name of its module.
Backend.__module__ = "moto.ec2.models"
