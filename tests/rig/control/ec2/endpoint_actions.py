"""The consumer's calls: VPC endpoints, and the services it may make them to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult

from rig.control.ec2 import endpoint_rules as rules
from rig.control.ec2 import interfaces, lifecycle, queries, service_catalogue, tagging
from rig.control.ec2.actions import Actions, Rendered
from rig.control.ec2.endpoint import FULL_ACCESS, Endpoint
from rig.control.ec2.errors import no_such_endpoint, refuse, unsuccessful

_GETTERS = {
    "ip-address-type": lambda endpoint: endpoint.ip_address_type,
    "service-name": lambda endpoint: endpoint.service.name,
    "service-region": lambda endpoint: endpoint.service.region,
    "vpc-id": lambda endpoint: endpoint.vpc_id,
    "vpc-endpoint-id": lambda endpoint: endpoint.id,
    "vpc-endpoint-state": lambda endpoint: endpoint.state,
    "vpc-endpoint-type": lambda endpoint: endpoint.type,
}
_SERVICE_GETTERS = {
    "owner": lambda service: service.account_id,
    "service-name": lambda service: service.name,
    "service-region": lambda service: service.region,
    "service-type": lambda service: service.type,
    "supported-ip-address-types": lambda service: service.supported_ip_address_types,
}


class EndpointActions(Actions):
    def create_vpc_endpoint(self) -> ActionResult:
        vpc = self.home.get_vpc(self.required("VpcId"))
        endpoint_type = self.request.get("VpcEndpointType") or "Gateway"
        region = self.request.get("ServiceRegion") or self.region
        service = service_catalogue.for_endpoint(self.required("ServiceName"), endpoint_type, self.caller, region)
        tags = tagging.requested(self.request, "vpc-endpoint")
        endpoint = Endpoint(
            account_id=self.current_account, region=self.region, vpc_id=vpc.id, type=endpoint_type, service=service
        )
        self._set_policy(endpoint)
        if endpoint_type == "Gateway":
            self._enter_routes(endpoint)
        else:
            self._enter_subnets(endpoint)
        self.home.endpoints[endpoint.id] = endpoint
        self.home.create_tags([endpoint.id], tags)
        lifecycle.begin(endpoint)
        token = self.request.get("ClientToken")
        return Rendered(lambda: {"VpcEndpoint": endpoint.rendered(), "ClientToken": token})

    def describe_vpc_endpoints(self) -> ActionResult:
        wanted = self.listed("VpcEndpointIds")
        found = [self._endpoint(endpoint_id) for endpoint_id in wanted] or list(self.home.endpoints.values())
        chosen = queries.select(found, self.listed("Filters"), _GETTERS, lambda endpoint: endpoint.tags)
        shown, token = queries.page(chosen, self.request)
        return ActionResult({"VpcEndpoints": [endpoint.rendered() for endpoint in shown], "NextToken": token})

    def modify_vpc_endpoint(self) -> ActionResult:
        endpoint = self._endpoint(self.required("VpcEndpointId"))
        if endpoint.state in ("deleting", "deleted"):
            refuse("InvalidState", f"The VPC endpoint {endpoint.id} is {endpoint.state}")
        self._set_policy(endpoint)
        if endpoint.type == "Gateway":
            self._change_routes(endpoint)
        else:
            self._change_subnets(endpoint)
            self._change_groups(endpoint)
            self._change_private_dns(endpoint)
        return ActionResult({"Return": True})

    def delete_vpc_endpoints(self) -> ActionResult:
        failed = []
        for endpoint_id in self.required("VpcEndpointIds"):
            endpoint = self.home.endpoints.get(endpoint_id)
            if endpoint:
                lifecycle.delete(endpoint)
            else:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", message))
        return ActionResult({"Unsuccessful": failed})

    def describe_vpc_endpoint_services(self) -> ActionResult:
        names = self.listed("ServiceNames")
        found = [service for name in names for service in service_catalogue.named(name, self.caller, self.region)]
        services = found or list(service_catalogue.visible(self.caller, self.region))
        chosen = queries.select(services, self.listed("Filters"), _SERVICE_GETTERS, lambda service: service.tags)
        shown, token = queries.page(sorted(chosen, key=lambda service: service.name), self.request)
        details = [service.detail(self.current_account) for service in shown]
        return ActionResult(
            {
                "ServiceNames": sorted({detail["ServiceName"] for detail in details}),
                "ServiceDetails": details,
                "NextToken": token,
            }
        )

    def _endpoint(self, endpoint_id: str) -> Endpoint:
        return self.home.endpoints.get(endpoint_id) or no_such_endpoint(endpoint_id)

    def _set_policy(self, endpoint: Endpoint) -> None:
        document = self.request.get("PolicyDocument")
        if self.flag("ResetPolicy"):
            endpoint.policy = json.dumps(FULL_ACCESS)
        elif document:
            rules.require_json(document)
            endpoint.policy = document

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

    def _enter_subnets(self, endpoint: Endpoint) -> None:
        rules.require_quota(self.home, endpoint.vpc_id)
        groups = self.listed("SecurityGroupIds") or [self.home.get_default_security_group(endpoint.vpc_id).id]
        rules.require_groups(self.home, endpoint.vpc_id, groups)
        endpoint.group_ids = groups
        endpoint.ip_address_type = self.request.get("IpAddressType") or "ipv4"
        endpoint.dns_record_ip_type = (self.request.get("DnsOptions") or {}).get("DnsRecordIpType") or "ipv4"
        endpoint.private_dns_enabled = self._wants_private_dns(endpoint)
        addresses = _addresses(self.request)
        subnet_ids = list(dict.fromkeys([*self.listed("SubnetIds"), *addresses]))
        rules.require_subnets(self.home, endpoint, subnet_ids)
        self._plug_in(endpoint, subnet_ids, addresses)

    def _change_subnets(self, endpoint: Endpoint) -> None:
        added = [entry for entry in self.listed("AddSubnetIds") if entry not in endpoint.interfaces]
        removed = self.listed("RemoveSubnetIds")
        for subnet_id in removed:
            if subnet_id in endpoint.interfaces:
                interfaces.release(endpoint.interfaces.pop(subnet_id))
        rules.require_subnets(self.home, endpoint, added)
        self._plug_in(endpoint, added, _addresses(self.request))

    def _plug_in(self, endpoint: Endpoint, subnet_ids: list[str], addresses: Mapping[str, str | None]) -> None:
        """One interface per subnet, or none at all when one of them cannot be had."""
        made: dict[str, Any] = {}
        try:
            for subnet_id in subnet_ids:
                made[subnet_id] = interfaces.allocate(
                    endpoint.account_id,
                    endpoint.region,
                    subnet_id,
                    endpoint.group_ids,
                    f"VPC Endpoint Interface {endpoint.id}",
                    "amazon-vpce",
                    address=addresses.get(subnet_id),
                    interface_type="vpc_endpoint",
                )
        except Exception:
            for interface in made.values():
                interfaces.release(interface)
            raise
        endpoint.interfaces.update(made)

    def _change_groups(self, endpoint: Endpoint) -> None:
        added, removed = self.listed("AddSecurityGroupIds"), self.listed("RemoveSecurityGroupIds")
        rules.require_groups(self.home, endpoint.vpc_id, added)
        kept = [entry for entry in endpoint.group_ids if entry not in removed]
        groups = kept + [entry for entry in added if entry not in kept]
        if not groups:
            refuse("InvalidParameter", "At least one security group must be associated with the endpoint")
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


def _addresses(request: Mapping[str, Any]) -> dict[str, str | None]:
    """The fixed addresses that SubnetConfigurations asks for, by subnet."""
    return {entry["SubnetId"]: entry.get("Ipv4") for entry in request.get("SubnetConfigurations") or ()}
