# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoints of AWS services that another team has in the VPC already. PRIVATE to the collection; stdlib only.

A VPC has room for one with private names of each service, so these are used instead of made again:
https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Subnet
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.permissions import may_let_in

HTTPS = 443
# One in another state serves nobody and will not.
LIVE = ("pending", "available", "pendingacceptance")


@dataclass(frozen=True, kw_only=True)
class AwsEndpoint:
    """`service` is the short name, such as ecr.api. `ingress` are the permissions of its groups, as EC2 tells them."""

    id: str
    service: str
    route_table_ids: tuple[str, ...] = ()
    gateway: bool = False
    ingress: tuple[Mapping[str, Any], ...] = ()

    def lets_in(self, cidr: str) -> bool:
        return may_let_in(self.ingress, HTTPS, cidr)


@dataclass(frozen=True, kw_only=True)
class There:
    """`services` are those that need no endpoint of ours any more."""

    services: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def their_endpoints(
    items: Iterable[Mapping[str, Any]], groups: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[AwsEndpoint]:
    """Out of DescribeVpcEndpoints; `groups` are the ingress permissions of each security group, by id."""
    for item in items:
        names = item["ServiceName"].split(".")
        gateway = item["VpcEndpointType"] == "Gateway"
        serves = gateway or (item["VpcEndpointType"] == "Interface" and item.get("PrivateDnsEnabled"))
        # com.amazonaws.<region>.<service>; those of customers are com.amazonaws.vpce.<region>.<service id>.
        if item["State"].lower() in LIVE and serves and names[:2] == ["com", "amazonaws"] and names[2] != "vpce":
            held = [group["GroupId"] for group in item.get("Groups", ())]
            yield AwsEndpoint(
                id=item["VpcEndpointId"],
                service=".".join(names[3:]),
                route_table_ids=tuple(item.get("RouteTableIds", ())),
                gateway=gateway,
                ingress=tuple(permission for id_ in held for permission in groups.get(id_, ())),
            )


def there(wanted: Iterable[str], endpoints: Iterable[AwsEndpoint], subnets: Sequence[Subnet]) -> There:
    """Which of the wanted services are reached from all of the subnets already, and which almost."""
    found, mistakes = [], []
    names = set(wanted)
    for endpoint in (one for one in endpoints if one.service in names):
        wrong = list(_gateway(endpoint, subnets) if endpoint.gateway else _interface(endpoint, subnets))
        mistakes += wrong
        if endpoint.gateway and not wrong and not _leads_from(endpoint, subnets):
            continue
        found.append(endpoint.service)
    return There(services=tuple(sorted(set(found))), mistakes=tuple(mistakes))


def _interface(endpoint: AwsEndpoint, subnets: Sequence[Subnet]) -> Iterator[Mistake]:
    shut = [subnet.cidr for subnet in subnets if not endpoint.lets_in(subnet.cidr)]
    if shut:
        yield Mistake(
            where=f"endpoint of {endpoint.service}",
            found=f"{endpoint.id} of another team, whose security groups do not let {', '.join(shut)} in",
            allowed=f"port {HTTPS} open to the side's subnets",
            remedy="have its groups let them in, or have the endpoint taken away: the link then makes its own",
        )


def _gateway(endpoint: AwsEndpoint, subnets: Sequence[Subnet]) -> Iterator[Mistake]:
    """All route tables or none: the link cannot make a second gateway endpoint for a table that has one."""
    without = sorted({one.route_table_id for one in subnets} - set(endpoint.route_table_ids))
    if without and _leads_from(endpoint, subnets):
        yield Mistake(
            where=f"endpoint of {endpoint.service}",
            found=f"{endpoint.id} of another team, to which {', '.join(without)} does not lead",
            allowed="all route tables of the side's subnets, or none of them",
            remedy="have these added to it",
        )


def _leads_from(endpoint: AwsEndpoint, subnets: Sequence[Subnet]) -> bool:
    return bool({subnet.route_table_id for subnet in subnets} & set(endpoint.route_table_ids))
