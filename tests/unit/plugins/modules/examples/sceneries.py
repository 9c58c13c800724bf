"""What the EXAMPLES of each module take for granted: the account, the variables, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rig.control.ec2 import dns_records
from unit.plugins.modules.theirs import Theirs

ISOLATED = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
PUBLIC_ACCOUNT = "arn:aws:iam::111111111111:root"


@dataclass(frozen=True, kw_only=True)
class Scenery:
    account: str = "isolated"
    variables: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Callable] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """`fixture("name")`: what sceneries build with, made when it is asked for."""

    fixture: Callable[[str], Any]

    def run(self, *task: str, **options: Any) -> dict[str, Any]:
        return self.fixture("run")(*task, **options)

    def published(self) -> dict[str, Any]:
        """An endpoint service of the isolated side, as the task that published it registered."""
        options = {"load_balancer_arns": [self.fixture("balancer_arn")("isolated", "tokyo-inbound")], "tags": ISOLATED}
        return self.run(
            "endpoint_service", "isolated", name="tokyo-inbound", allowed_principals=[PUBLIC_ACCOUNT], **options
        )

    def endpoint(self, published: Mapping[str, Any]) -> dict[str, Any]:
        there = self.fixture("network")("public")
        return self.run(
            "interface_endpoint",
            "public",
            name="tokyo-inbound",
            vpc_id=there.vpc_id,
            service_name=published["endpoint_service"]["service_name"],
            subnet_ids=there.subnet_ids,
            security_group_ids=there.security_group_ids,
            tags={"privatelink:link": "tokyo", "privatelink:side": "public"},
        )

    def placed(self, account: str) -> dict[str, Any]:
        """The ids of a network, by the names that the examples give them."""
        there = self.fixture("network")(account)
        return {
            "vpc_id": there.vpc_id,
            "subnet_ids": there.subnet_ids,
            "security_group_id": there.security_group_ids[0],
            "route_table_id": there.route_table_id,
        }


def nothing(_world: World) -> Scenery:
    return Scenery()


def endpoint_service(world: World) -> Scenery:
    def publish_record(known: Mapping[str, Any]) -> None:
        proof = known["named"]["endpoint_service"]["private_dns_verification"]
        dns_records.publish_txt(proof["record_name"], proof["record_value"])

    arn = world.fixture("balancer_arn")("isolated", "tokyo-inbound")
    return Scenery(
        variables={"load_balancer": {"network_load_balancer": {"arn": arn}}},
        before={"Verify the name once the record is there": publish_record},
    )


def endpoint_connection(world: World) -> Scenery:
    published = world.published()
    return Scenery(variables={"published": published, "endpoint": world.endpoint(published)})


def endpoint_service_info(world: World) -> Scenery:
    world.published()
    return Scenery()


def interface_endpoint(world: World) -> Scenery:
    return Scenery(account="public", variables={**world.placed("public"), "published": world.published()})


def placed(world: World) -> Scenery:
    return Scenery(variables={**world.placed("isolated"), "certificate_arn": world.fixture("certificate_arn")})


def published_load_balancers(world: World) -> Scenery:
    """A load balancer and desktops of another team, in a subnet where the printer is an address without a group."""
    there, theirs = _of_another_team(world)
    theirs.alb("shop-front")
    theirs.instance("desktop")
    theirs.settle()
    return Scenery(variables={"subnet_ids": there.subnet_ids, "security_group_id": there.security_group_ids[0]})


def network_load_balancer(world: World) -> Scenery:
    """In front of a load balancer and a fleet of another team."""
    there, theirs = _of_another_team(world)
    arn = theirs.alb()
    theirs.auto_scaling_group("reports")
    theirs.settle()
    return Scenery(
        variables={
            "subnet_ids": there.subnet_ids,
            "security_group_id": there.security_group_ids[0],
            "certificate_arn": world.fixture("certificate_arn"),
            "alb": {"load_balancer_arn": arn},
        }
    )


def _of_another_team(world: World) -> tuple[Any, Theirs]:
    there = world.fixture("network")("isolated")
    return there, Theirs(world.fixture("cloud"), there.vpc_id, there.subnet_ids)


def public_load_balancer(world: World) -> Scenery:
    cloud, placed = world.fixture("cloud"), world.placed("public")
    open_to_the_internet(cloud.client("ec2", "public"), placed)
    certificate = cloud.client("acm", "public").request_certificate(DomainName="tokyo.twoway.example")
    return Scenery(account="public", variables={**placed, "certificate_arn": certificate["CertificateArn"]})


def open_to_the_internet(ec2: Any, placed: Mapping[str, Any]) -> None:
    """Its subnets have a route to an internet gateway."""
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=placed["vpc_id"])
    table = {"RouteTableId": placed["route_table_id"]}
    ec2.create_route(**table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    for subnet_id in placed["subnet_ids"]:
        ec2.associate_route_table(**table, SubnetId=subnet_id)


def existing_network_info(world: World) -> Scenery:
    ec2 = world.fixture("cloud").client("ec2", "isolated")
    vpc_id = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=_tagged("vpc", Name="shared"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    for number, zone in enumerate(("apne1-az1", "apne1-az4")):
        wanted = {"VpcId": vpc_id, "CidrBlock": f"10.7.{number}.0/24", "AvailabilityZoneId": zone}
        ec2.create_subnet(**wanted, TagSpecifications=_tagged("subnet", tier="private"))
    return Scenery()


def ssm_parameters(_world: World) -> Scenery:
    return Scenery(account="public", variables={"endpoint": {"dns_name": "vpce-1.vpce-svc-2.example"}})


def _tagged(kind: str, **tags: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def ecs_services(world: World) -> Scenery:
    site = world.fixture("site")
    return Scenery(
        variables={
            "vpc_id": site.vpc_id,
            "subnet_ids": site.subnet_ids,
            "security_group_id": site.security_group_ids[0],
            "execution_role_arn": site.execution_role_arn,
            "alb": {"listeners": [{"listener_arn": site.listener_arn}]},
        }
    )


def on_the_public_side(_world: World) -> Scenery:
    return Scenery(account="public")


SCENERIES: dict[str, Callable[[World], Scenery]] = {
    "ecs_cluster": nothing,
    "ecs_services": ecs_services,
    "endpoint_connection": endpoint_connection,
    "endpoint_connection_info": endpoint_connection,
    "endpoint_service": endpoint_service,
    "endpoint_service_info": endpoint_service_info,
    "existing_network_info": existing_network_info,
    "group_addresses_info": nothing,
    "iam_roles": on_the_public_side,
    "interface_endpoint": interface_endpoint,
    "interface_endpoint_info": endpoint_connection,
    "link_preflight": nothing,
    "log_group": nothing,
    "metric_alarms": on_the_public_side,
    "network_load_balancer": network_load_balancer,
    "public_load_balancer": public_load_balancer,
    "published_load_balancers": published_load_balancers,
    "security_groups": placed,
    "shard_load_balancers": placed,
    "side_network": nothing,
    "ssm_parameters": ssm_parameters,
}
# Why the examples of a module are not run here.
ELSEWHERE = {
    "agent_bundle": "templated by a filter of the collection, which only a playbook finds",
    "canary": "walks plans of services that run: test_canary.py, tests/load",
    "canary_analysis": "looks at minutes of real traffic: tests/load",
    "canary_info": "shows plans of services that run: test_canary.py",
    "canary_weights": "moves the weights of services that run: molecule",
    "canary_weights_info": "shows the weights of services that run: molecule",
    "run_lock": "holds a lock for as long as the run lives: test_run_lock.py",
    "catalog_trust": "takes its CA from the inventory: test_catalog_trust.py, tests/load",
    "egress_profiles": "templated by a filter of the collection, which only a playbook finds",
    "imported_certificate": "reads its files by a lookup, which only a playbook finds",
    "instance_fleet": "templated by a filter of the collection, which only a playbook finds",
    "link_probe": "sends requests over a link that stands: molecule",
    "plan_report": "an action of the controller: tests/unit/plugins/action",
    "probe_report": "an action of the controller: tests/unit/plugins/action",
    "service_catalog": "publishes what ecs_services runs: molecule",
    "validate_link": "an action of the controller: tests/unit/plugins/action",
}
