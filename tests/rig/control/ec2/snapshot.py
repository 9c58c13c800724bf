"""What the data plane must know of EC2: every account's networks as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rig import world
from rig.control.ec2 import backends, instances, routes
from rig.control.ec2.aws_services import AwsService
from rig.control.ec2.backend import Backend
from rig.control.ec2.endpoint import Endpoint

_ANYWHERE = "0.0.0.0/0"


def parts() -> dict[str, tuple[Any, ...]]:
    """The World's EC2 fields, sorted by id. Default VPCs are left out: nothing of the sandbox runs in them."""
    homes = list(backends.everywhere())
    endpoints = (entry for entry in backends.endpoints() if entry.type != "Gateway" and entry.state != "deleted")
    return {
        "vpcs": _sorted(_vpc(home, vpc) for home in homes for vpc in _vpcs(home)),
        "subnets": _sorted(_subnet(home, entry) for home in homes for entry in _inside(home, home.describe_subnets())),
        "nat_gateways": _sorted(_nat_gateway(entry) for home in homes for entry in _nat_gateways(home)),
        "security_groups": _sorted(_security_group(group) for home in homes for group in _groups(home)),
        "interfaces": _sorted(_interface(eni) for home in homes for eni in _inside(home, home.enis.values())),
        "endpoints": _sorted(_endpoint(entry) for entry in endpoints),
        "workloads": _sorted(one for home in homes for one in instances.workloads(home)),
    }


def _sorted(entries: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.id))


def _vpcs(home: Backend) -> list[Any]:
    return [vpc for vpc in home.vpcs.values() if not vpc.is_default]


def _inside(home: Backend, entries: Iterable[Any]) -> list[Any]:
    default_ids = {vpc.id for vpc in home.vpcs.values() if vpc.is_default}
    return [entry for entry in entries if entry.vpc_id not in default_ids]


def _groups(home: Backend) -> list[Any]:
    return [group for vpc in _vpcs(home) for group in home.groups[vpc.id].values()]


def _nat_gateways(home: Backend) -> list[Any]:
    """Those that lead to the Internet by now."""
    public = (gateway for gateway in home.nat_gateways.values() if gateway.connectivity_type != "private")
    return [gateway for gateway in public if gateway.state == "available"]


def _vpc(home: Backend, vpc: Any) -> world.Vpc:
    cidrs = tuple(entry["cidr_block"] for entry in vpc.get_cidr_block_association_set())
    return world.Vpc(id=vpc.id, account_id=home.account_id, region=home.region_name, cidrs=cidrs)


def _subnet(home: Backend, subnet: Any) -> world.Subnet:
    table = route_table(home, subnet)
    entries = table.routes if table else []
    return world.Subnet(
        id=subnet.id,
        vpc_id=subnet.vpc_id,
        cidr=subnet.cidr_block,
        az_name=subnet.availability_zone,
        az_id=subnet.availability_zone_id,
        default_route=next((_target(route) for route in entries if route.destination_cidr_block == _ANYWHERE), None),
        vpn_routes=tuple(sorted(route.destination_cidr_block for route in entries if _leads_to_premises(route))),
        gateway_endpoints=_gateway_endpoints(home, table),
    )


def route_table(home: Backend, subnet: Any) -> Any | None:
    """The table associated with the subnet, else the VPC's main one."""
    tables = [table for table in home.route_tables.values() if table.vpc_id == subnet.vpc_id]
    explicit = next((table for table in tables if subnet.id in table._associations.values()), None)
    return explicit or next((table for table in tables if table.main_association_id), None)


def _target(route: Any) -> str | None:
    """Where the route leads; None when it leads into a black hole."""
    if route.nat_gateway:
        return route.nat_gateway.id if route.nat_gateway.state == "available" else None
    leads_out = route.gateway and route.gateway.id.startswith("igw-") and routes.leads_somewhere(route)
    return route.gateway.id if leads_out else None


def _leads_to_premises(route: Any) -> bool:
    is_vpn = route.gateway and route.gateway.id.startswith("vgw-")
    return bool(is_vpn and route.destination_cidr_block and routes.leads_somewhere(route))


def _gateway_endpoints(home: Backend, table: Any | None) -> tuple[str, ...]:
    if table is None:
        return ()
    through = (entry for entry in home.endpoints.values() if entry.type == "Gateway" and entry.available)
    return tuple(sorted(entry.service.short_name for entry in through if table.id in entry.route_table_ids))


def _nat_gateway(gateway: Any) -> world.NatGateway:
    return world.NatGateway(id=gateway.id, subnet_id=gateway.subnet_id, public_address=gateway._eni.public_ip)


def _security_group(group: Any) -> world.SecurityGroup:
    return world.SecurityGroup(
        id=group.id,
        vpc_id=group.vpc_id,
        ingress=tuple(sorted((_rule(rule) for rule in group.ingress_rules), key=repr)),
        egress=tuple(sorted((_rule(rule) for rule in group.egress_rules), key=repr)),
    )


def _rule(rule: Any) -> world.SecurityGroupRule:
    has_ports = rule.ip_protocol != "-1"
    return world.SecurityGroupRule(
        protocol=rule.ip_protocol,
        from_port=rule.from_port if has_ports else None,
        to_port=rule.to_port if has_ports else None,
        cidrs=(rule.cidr_ipv4,) if rule.cidr_ipv4 else (),
        groups=(rule.source_group["GroupId"],) if rule.source_group.get("GroupId") else (),
        prefix_lists=(rule.prefix_list_id,) if rule.prefix_list_id else (),
    )


def _interface(eni: Any) -> world.Interface:
    return world.Interface(
        id=eni.id,
        vpc_id=eni.vpc_id,
        subnet_id=eni.subnet.id,
        address=eni.private_ip_address,
        groups=tuple(sorted(group.id for group in eni.group_set)) if eni.groups_apply else None,
        public_address=eni.public_ip,
    )


def _endpoint(endpoint: Endpoint) -> world.Endpoint:
    service = endpoint.service
    return world.Endpoint(
        id=endpoint.id,
        vpc_id=endpoint.vpc_id,
        service_name=service.name,
        available=endpoint.available,
        interface_ids=tuple(sorted(eni.id for eni in endpoint.interfaces.values())),
        load_balancers=() if isinstance(service, AwsService) else tuple(sorted(service.load_balancer_arns)),
        aws_service=service.short_name if isinstance(service, AwsService) else None,
        dns_names=tuple(sorted(endpoint.dns_names.items())),
        private_dns_names=tuple(sorted(_resolved_inside(endpoint))),
    )


def _resolved_inside(endpoint: Endpoint) -> tuple[str, ...]:
    """The private names that the VPC's own resolver knows: none when they are for inbound resolvers only."""
    return endpoint.private_dns_names if endpoint.available and not endpoint.only_inbound_resolver else ()
