# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What stands around a load balancer and decides what AWS lets us do with it. Pure; stdlib only.

It is asked for only where the plan will need it, so that a run that finds nothing to do asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
NETWORK_LOAD_BALANCERS_AN_ALB = 2


@dataclass(frozen=True, kw_only=True)
class Questions:
    """ARNs of Application Load Balancers to be registered, ids of subnets, and whether an idle timeout is to be set."""

    alb_arns: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    idle_timeout: bool = False


@dataclass(frozen=True, kw_only=True)
class Alb:
    """An Application Load Balancer that is to become a target. `behind` are the names of the target groups that have
    it already, with the Network Load Balancers that use them. `state` as AWS told it, or empty."""

    arn: str
    kind: str
    vpc_id: str
    state: str = ""
    ports: tuple[int, ...] = ()
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.arn.split("/")[-2] if self.arn.count("/") > 1 else self.arn


@dataclass(frozen=True, kw_only=True)
class Subnet:
    id: str
    zone: str
    vpc_id: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """The answers. `cross_region_service` is the endpoint service that other regions reach it by, if any."""

    albs: Mapping[str, Alb] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    cross_region_service: str | None = None


def refuse_alb(where: str, arn: str, port: int, own: str, vpc_id: str | None, around: Around) -> None:
    """All that AWS wants of an Application Load Balancer before the load balancer of the name `own` can have it as a
    target; raises PrivateLinkError.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """
    alb = around.albs.get(arn)
    if alb is None or alb.kind != "application":
        raise PrivateLinkError(
            where=f"{where}.targets",
            found=f"{arn}, {f'a {alb.kind} load balancer' if alb else 'which is not there'}",
            allowed="an Application Load Balancer of the same account and region",
        )
    if vpc_id and alb.vpc_id != vpc_id:
        raise PrivateLinkError(
            where=f"{where}.targets",
            found=f"{alb.name} in {alb.vpc_id}",
            allowed=f"one in {vpc_id}, where this load balancer stands",
        )
    if port not in alb.ports:
        raise PrivateLinkError(
            where=f"{where}.port",
            found=f"{port}, where {alb.name} does not listen",
            allowed=", ".join(str(one) for one in alb.ports) or f"a port of a listener, of which {alb.name} has none",
            remedy="name the port of one of its listeners, or add that listener first",
        )
    others = sorted({balancer for used in alb.behind.values() for balancer in used} - {own})
    if len(others) >= NETWORK_LOAD_BALANCERS_AN_ALB:
        raise PrivateLinkError(
            where=f"{where}.targets",
            found=f"{alb.name}, a target of {', '.join(others)} already",
            allowed=f"{NETWORK_LOAD_BALANCERS_AN_ALB} Network Load Balancers for one Application Load Balancer",
            remedy="take it out of one of them first",
        )


def refuse_idle_timeout(where: str, seconds: int, around: Around) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region"""
    if around.cross_region_service:
        raise PrivateLinkError(
            where=where,
            found=f"{seconds} s, while {around.cross_region_service} publishes this load balancer to other regions",
            allowed="no value of its own, or no other region",
            remedy="leave tcp_idle_timeout out, or take supported_regions off the endpoint service",
        )
