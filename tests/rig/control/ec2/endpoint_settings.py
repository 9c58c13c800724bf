"""What CreateVpcEndpoint and ModifyVpcEndpoint set on an endpoint.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rig.control.ec2 import endpoint_rules as rules
from rig.control.ec2 import interfaces
from rig.control.ec2.actions import Actions
from rig.control.ec2.endpoint import FULL_ACCESS, Endpoint

# What the network interfaces of each type are called.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
_INTERFACE_TYPES = {"Interface": "vpc_endpoint", "GatewayLoadBalancer": "gateway_load_balancer_endpoint"}


class EndpointSettings(Actions):
    def furnish(self, endpoint: Endpoint) -> None:
        """A new one."""
        self._set_policy(endpoint)
        self._set_ip_address_type(endpoint)
        if endpoint.type == "Gateway":
            self._set_record_type(endpoint)
            self._enter_routes(endpoint)
            return
        rules.require_quota(self.home, endpoint.vpc_id)
        if endpoint.type == "Interface":
            self._enter_groups(endpoint)
            endpoint.private_dns_enabled = self._wants_private_dns(endpoint)
            self._set_dns_options(endpoint)
        addresses = _addresses(self.request)
        subnet_ids = list(dict.fromkeys([*self.listed("SubnetIds"), *addresses]))
        rules.require_subnets(self.home, endpoint, subnet_ids)
        self._plug_in(endpoint, subnet_ids, addresses)

    def change(self, endpoint: Endpoint) -> None:
        self._set_policy(endpoint)
        self._set_ip_address_type(endpoint)
        if endpoint.type == "Gateway":
            self._set_record_type(endpoint)
            self._change_routes(endpoint)
            return
        self._change_subnets(endpoint)
        if endpoint.type == "Interface":
            self._change_groups(endpoint)
            self._change_private_dns(endpoint)
            self._set_dns_options(endpoint)

    def _set_policy(self, endpoint: Endpoint) -> None:
        document = self.request.get("PolicyDocument")
        if self.flag("ResetPolicy"):
            endpoint.policy = json.dumps(FULL_ACCESS)
        elif document:
            rules.require_json(document)
            endpoint.policy = document

    def _set_ip_address_type(self, endpoint: Endpoint) -> None:
        wanted = self.request.get("IpAddressType")
        if wanted:
            rules.require_ip_address_type(endpoint, wanted)
            endpoint.ip_address_type = wanted

    def _enter_routes(self, endpoint: Endpoint) -> None:
        endpoint.prefix_list_id = self.home.prefix_list_named(endpoint.service.name).id
        for table_id in self.listed("RouteTableIds"):
            self._add_route(endpoint, table_id)

    def _change_routes(self, endpoint: Endpoint) -> None:
        for table_id in self.listed("AddRouteTableIds"):
            if table_id not in endpoint.route_table_ids:
                self._add_route(endpoint, table_id)
        for table_id in self.listed("RemoveRouteTableIds"):
            if table_id in endpoint.route_table_ids:
                endpoint.route_table_ids.remove(table_id)
                self.home.remove_endpoint_route(table_id, endpoint)

    def _add_route(self, endpoint: Endpoint, table_id: str) -> None:
        rules.require_route_table(self.home, endpoint, table_id)
        endpoint.route_table_ids.append(table_id)
        self.home.add_endpoint_route(table_id, endpoint)

    def _change_subnets(self, endpoint: Endpoint) -> None:
        """An address given for a subnet it is in has AWS replace the network interface there.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html
        """
        addresses, removed = _addresses(self.request), self.listed("RemoveSubnetIds")
        rules.require_removable(endpoint, removed)
        given = dict.fromkeys([*self.listed("AddSubnetIds"), *addresses])
        added = [entry for entry in given if entry not in endpoint.interfaces]
        replaced = [entry for entry in addresses if entry in endpoint.interfaces and entry not in removed]
        for subnet_id in replaced:
            rules.require_free(self.home, endpoint, subnet_id, addresses[subnet_id].get("Ipv4"))
        for subnet_id in [*removed, *replaced]:
            if subnet_id in endpoint.interfaces:
                interfaces.release(endpoint.interfaces.pop(subnet_id))
        rules.require_subnets(self.home, endpoint, [*added, *replaced])
        self._plug_in(endpoint, [*added, *replaced], addresses)

    def _plug_in(self, endpoint: Endpoint, subnet_ids: Sequence[str], addresses: Mapping[str, Mapping]) -> None:
        """One interface per subnet, or none at all when one of them cannot be had."""
        made: dict[str, Any] = {}
        try:
            for subnet_id in subnet_ids:
                wanted = addresses.get(subnet_id, {})
                made[subnet_id] = interfaces.allocate(
                    endpoint.account_id,
                    endpoint.region,
                    subnet_id,
                    endpoint.group_ids,
                    f"VPC Endpoint Interface {endpoint.id}",
                    "amazon-vpce",
                    address=wanted.get("Ipv4"),
                    interface_type=_INTERFACE_TYPES[endpoint.type],
                )
                made[subnet_id].ipv6_addresses = [wanted["Ipv6"]] if wanted.get("Ipv6") else []
        except Exception:
            for interface in made.values():
                interfaces.release(interface)
            raise
        endpoint.interfaces.update(made)

    def _enter_groups(self, endpoint: Endpoint) -> None:
        groups = self.listed("SecurityGroupIds") or [self.home.get_default_security_group(endpoint.vpc_id).id]
        rules.require_groups(self.home, endpoint.vpc_id, groups)
        endpoint.group_ids = groups

    def _change_groups(self, endpoint: Endpoint) -> None:
        added, removed = self.listed("AddSecurityGroupIds"), self.listed("RemoveSecurityGroupIds")
        rules.require_groups(self.home, endpoint.vpc_id, added)
        kept = [entry for entry in endpoint.group_ids if entry not in removed]
        groups = kept + [entry for entry in added if entry not in kept]
        rules.require_a_group(groups)
        endpoint.group_ids = groups
        for interface in endpoint.interfaces.values():
            interface._group_set = [self.home.get_security_group_from_id(group_id) for group_id in groups]

    def _wants_private_dns(self, endpoint: Endpoint) -> bool:
        """AWS turns private DNS on by default where the service has a name for it, and refuses it elsewhere."""
        wanted = self.flag("PrivateDnsEnabled")
        if wanted is None:
            wanted = endpoint.provided_service is None
        if wanted:
            rules.require_private_dns(self.home, endpoint)
        return wanted

    def _change_private_dns(self, endpoint: Endpoint) -> None:
        wanted = self.flag("PrivateDnsEnabled")
        if wanted and not endpoint.private_dns_enabled:
            rules.require_private_dns(self.home, endpoint)
        if wanted is not None:
            endpoint.private_dns_enabled = wanted

    def _set_record_type(self, endpoint: Endpoint) -> None:
        wanted = (self.request.get("DnsOptions") or {}).get("DnsRecordIpType")
        if wanted:
            rules.require_record_type(endpoint, wanted)
            endpoint.dns_record_ip_type = wanted

    def _set_dns_options(self, endpoint: Endpoint) -> None:
        """Private DNS for inbound resolvers only is the default where it can be had, with private DNS."""
        self._set_record_type(endpoint)
        wanted = (self.request.get("DnsOptions") or {}).get("PrivateDnsOnlyForInboundResolverEndpoint")
        if wanted is None and self.flag("PrivateDnsEnabled") and rules.knows_inbound_resolvers(endpoint):
            wanted = True
        if wanted is not None:
            only = str(wanted).lower() == "true"
            rules.require_inbound_resolvers(self.home, endpoint, only)
            endpoint.only_inbound_resolver = only


def _addresses(request: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """The fixed addresses that SubnetConfigurations asks for, by subnet."""
    return {entry["SubnetId"]: entry for entry in request.get("SubnetConfigurations") or ()}
