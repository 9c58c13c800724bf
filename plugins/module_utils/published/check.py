# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS wants of a thing before it can be published, and what would keep its traffic away. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import ALB, ASG, INSTANCES, IP, NLB
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import (
    Alb,
    Around,
    refuse_alb,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.published import names
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import LoadBalancer, Things


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the side stands: its VPC, or None while that is not made, the VPC's addresses, and the addresses and zones
    of the subnets that the load balancers of the link stand in. `consumers` are the addresses of the other side."""

    link: str
    vpc_id: str | None = None
    vpc_cidrs: tuple[str, ...] = ()
    cidrs: tuple[str, ...] = ()
    az_ids: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()


def check_things(entries: Sequence[Mapping[str, Any] | None], things: Things, place: Place) -> list[Mistake]:
    """Each by its entry: published[0].ports."""
    kinds = {ALB: _alb, NLB: _nlb, ASG: _asg, INSTANCES: _instances, IP: _addresses}
    return [
        replace(mistake, where=f"published[{index}].{mistake.where}")
        for index, entry in enumerate(entries)
        if entry and entry.get("kind")
        for mistake in kinds[entry["kind"]](entry, things, place)
    ]


def _alb(entry: Mapping[str, Any], things: Things, place: Place) -> Iterator[Mistake]:
    found = things.load_balancers.get(entry["load_balancer"])
    if found is None or found.kind != "application":
        yield _not_there(entry, found, "an Application Load Balancer")
        return
    alb = Alb(arn=found.arn, kind=found.kind, vpc_id=found.vpc_id, ports=found.ports, behind=found.behind)
    own = names.load_balancer(place.link, entry["name"])
    for port in entry["ports"]:
        try:
            refuse_alb(entry["name"], found.arn, port, own, None, Around(albs={found.arn: alb}))
        except PrivateLinkError as error:
            where = "ports" if error.where.endswith(".port") else "load_balancer"
            yield Mistake(
                where=where, found=error.found, allowed=error.allowed or "", remedy=error.remedy or "correct it"
            )
    secure = [port for port in entry["ports"] if found.listeners.get(str(port)) == "HTTPS"]
    if secure and not entry.get("host"):
        # Its certificate names a public host, and the endpoint is called otherwise.
        yield Mistake(
            where="host",
            found=f"nothing, while {found.name} speaks HTTPS on {secure[0]}",
            allowed="the host name that its certificate is for",
            remedy="add it: who calls must send it, or nobody's verification succeeds",
        )
    yield from _active(found)
    yield from _vpc(f"{found.name} in {found.vpc_id}", found.vpc_id, place)
    listened = [port for port in entry["ports"] if str(port) in found.listeners]
    yield from _doors({**entry, "ports": listened}, things, place, {found.name: found.groups})


def _nlb(entry: Mapping[str, Any], things: Things, place: Place) -> Iterator[Mistake]:
    found = things.load_balancers.get(entry["load_balancer"])
    if found is None or found.kind != "network":
        yield _not_there(entry, found, "a Network Load Balancer")
        return
    for port in entry["ports"]:
        protocol = found.listeners.get(str(port))
        if protocol not in ("TCP", "TLS"):
            yield Mistake(
                where="ports",
                found=f"{port}, where {found.name} {f'speaks {protocol}' if protocol else 'does not listen'}",
                allowed=", ".join(port for port, told in found.listeners.items() if told in ("TCP", "TLS")) or "none",
                remedy="PrivateLink carries TCP: name the port of a TCP or TLS listener",
            )
    if found.service:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
        yield Mistake(
            where="load_balancer",
            found=f"{found.name}, which {found.service} publishes already",
            allowed="one endpoint service for a load balancer",
            remedy="use that service, or take the load balancer out of it",
        )
    if place.az_ids and not set(found.zones) & set(place.az_ids):
        yield Mistake(
            where="load_balancer",
            found=f"{found.name} in {', '.join(found.zones) or 'no zone'}",
            allowed=f"one that stands in a zone of the link: {', '.join(place.az_ids)}",
            remedy="an endpoint reaches it in its own zone only: have one added",
        )
    yield from _active(found)
    if found.enforced:
        yield from _gate(entry, things, place, found)


def _gate(entry: Mapping[str, Any], things: Things, place: Place, found: LoadBalancer) -> Iterator[Mistake]:
    """Its own groups judge who comes through endpoints, by the consumers' own addresses.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    for cidr in place.consumers:
        shut = [port for port in entry["ports"] if not things.lets_in(found.groups, port, cidr)]
        if shut:
            yield Mistake(
                where="load_balancer",
                found=f"{found.name}, whose groups, enforced on PrivateLink traffic, shut {cidr} out of {shut[0]}",
                allowed="groups that let the other side's addresses in, or are not enforced",
                remedy="have EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic set to off, or a rule added",
            )


def _asg(entry: Mapping[str, Any], things: Things, place: Place) -> Iterator[Mistake]:
    name = entry["auto_scaling_group"]
    found = things.auto_scaling_groups.get(name)
    if found is None:
        yield Mistake(
            where="auto_scaling_group",
            found=f"{name}, which is not there",
            allowed="an Auto Scaling group of the account and region",
            remedy="correct the name",
        )
        return
    if "ELB" in found.health_checks and not entry["replace_unhealthy"]:
        # "If any one of them reports an instance as unhealthy, the Auto Scaling group replaces the instance":
        # https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-add-elb-healthcheck.html
        yield Mistake(
            where="auto_scaling_group",
            found=f"{name}, which replaces instances that load balancers find unwell",
            allowed="one whose health check type is EC2, or replace_unhealthy: true",
            remedy="what our health check finds unwell would be replaced: say so if that is meant",
        )
    yield from _vpc(f"{name} in {found.vpc_id}", found.vpc_id, place)
    members = [things.instances[id_] for id_ in found.instance_ids if id_ in things.instances]
    yield from _doors(entry, things, place, {one.id: one.groups for one in members})


def _instances(entry: Mapping[str, Any], things: Things, place: Place) -> Iterator[Mistake]:
    ids = instance_ids(entry, things)
    where = "instance_ids" if entry.get("instance_ids") else "instance_tags"
    if not ids:
        yield Mistake(
            where=where, found="tags that no instance carries", allowed="those of one at least", remedy="correct them"
        )
    for id_ in ids:
        found = things.instances.get(id_)
        if found is None or found.state != "running":
            yield Mistake(
                where=where,
                found=f"{id_}, which is {found.state if found else 'not there'}",
                allowed="instances that run: AWS takes no others as targets",
                remedy="start it" if found else "correct it",
            )
        else:
            yield from _vpc(f"{id_} in {found.vpc_id}", found.vpc_id, place)
    running = {id_: things.instances[id_].groups for id_ in ids if id_ in things.instances}
    yield from _doors(entry, things, place, running)


def instance_ids(entry: Mapping[str, Any], things: Things) -> tuple[str, ...]:
    return tuple(entry.get("instance_ids") or things.tagged.get(entry["name"], ()))


def _addresses(entry: Mapping[str, Any], things: Things, place: Place) -> Iterator[Mistake]:
    """An address that is no interface of the VPC may be anywhere the VPC has a route to."""
    known = {address: things.interfaces[address] for address in entry["addresses"] if address in things.interfaces}
    yield from _doors(entry, things, place, known)


def _not_there(entry: Mapping[str, Any], found: LoadBalancer | None, wanted: str) -> Mistake:
    what = f"of type {found.kind}" if found else "which is not there"
    return Mistake(
        where="load_balancer",
        found=f"{entry['load_balancer']}, {what}",
        allowed=f"{wanted} of the account and region",
        remedy="correct the name, or the kind",
    )


def _active(found: LoadBalancer) -> Iterator[Mistake]:
    if found.state not in ("active", "active_impaired"):
        yield Mistake(
            where="load_balancer",
            found=f"{found.name}, which is {found.state}",
            allowed="one that is active",
            remedy="wait until it is",
        )


def _vpc(what: str, vpc_id: str | None, place: Place) -> Iterator[Mistake]:
    """The load balancer in front of it stands in the side's VPC, and its targets must be there too.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """
    if vpc_id != place.vpc_id:
        yield Mistake(
            where="kind",
            found=what,
            allowed=f"what is in {place.vpc_id}" if place.vpc_id else "nothing yet: the side's VPC is not made",
            remedy="let the side stand in that VPC (existing_network), or publish a Network Load Balancer of it",
        )


def _doors(
    entry: Mapping[str, Any], things: Things, place: Place, groups: Mapping[str, tuple[str, ...]]
) -> Iterator[Mistake]:
    """Through PrivateLink a target sees the addresses of the load balancer's nodes, whatever its type.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """
    for who, held in groups.items():
        shut = [(port, cidr) for port in entry["ports"] for cidr in place.cidrs if not things.lets_in(held, port, cidr)]
        if shut:
            cidrs = ", ".join(sorted({cidr for _port, cidr in shut}))
            yield Mistake(
                where="ports",
                found=f"{who}, whose {', '.join(held)} shuts {cidrs} out of {shut[0][0]}",
                allowed="a rule that lets the subnets of the link's load balancers in",
                remedy="have it added: the link changes no security group of others",
            )
