"""Worlds written by hand: a link with both of its sides, and ways to change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rig.pki import Issued
from rig.world import (
    Action,
    Certificate,
    Condition,
    Endpoint,
    HealthCheck,
    Interface,
    Listener,
    LoadBalancer,
    NatGateway,
    Rule,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Target,
    TargetGroup,
    Vpc,
    WeightedTargetGroup,
    Workload,
    World,
)

REGION = "ap-northeast-1"
DOMAIN = "tokyo.twoway.example"
PUBLIC, ISOLATED = "vpc-public", "vpc-isolated"
ECR = f"222222222222.dkr.ecr.{REGION}.amazonaws.com"
ENDPOINT_NAME = f"vpce-1.vpce-svc-1.{REGION}.vpce.amazonaws.com"
NLB = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/tokyo-inbound/1"
ALB = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/app/tokyo-services-1/1"
STABLE, CANARY, BALANCERS = (
    f"arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:targetgroup/{name}/1"
    for name in ("orders-stable", "orders-canary", "tokyo-inbound")
)


def rule(protocol: str = "-1", port: int | None = None, *, cidr: str = "", group: str = "") -> SecurityGroupRule:
    return SecurityGroupRule(
        protocol=protocol,
        from_port=port,
        to_port=port,
        cidrs=(cidr,) if cidr else (),
        groups=(group,) if group else (),
    )


ANYWHERE = rule(cidr="0.0.0.0/0")
PREMISES = "192.168.64.0/24"
# Who comes through PrivateLink comes from the nodes of the NLB: by their addresses, since its groups are not enforced.
NODES = (rule("tcp", 443, cidr="10.0.10.30/32"), rule("tcp", 443, cidr="10.0.11.30/32"))


def group(name: str, vpc_id: str, *ingress: SecurityGroupRule, egress: Iterable[SecurityGroupRule] = (ANYWHERE,)):
    return SecurityGroup(id=f"sg-{name}", vpc_id=vpc_id, ingress=ingress, egress=tuple(egress))


def interface(name: str, vpc_id: str, subnet: str, address: str, *groups: str, public: str | None = None) -> Interface:
    held = tuple(f"sg-{group}" for group in groups)
    return Interface(
        id=f"eni-{name}", vpc_id=vpc_id, subnet_id=subnet, address=address, groups=held, public_address=public
    )


def task(name: str, image: str, *, ports: tuple[int, ...] = (8443,), **fields: Any) -> Workload:
    return Workload(
        id=name,
        kind="task",
        account_id="222222222222",
        region=REGION,
        interface_id=f"eni-{name}",
        image=f"{ECR}/{image}",
        ports=ports,
        metadata={"service": name.partition("-")[0]},
        **fields,
    )


def subnets() -> tuple[Subnet, ...]:
    """The same CIDRs on both sides, and zones that are named differently."""

    def subnet(id_: str, vpc: str, cidr: str, zone: tuple[str, str], route: str | None = None, *through: str) -> Subnet:
        return Subnet(
            id=id_,
            vpc_id=vpc,
            cidr=cidr,
            az_name=zone[0],
            az_id=zone[1],
            default_route=route,
            gateway_endpoints=through,
        )

    ours = {"a": ("ap-northeast-1a", "apne1-az4"), "c": ("ap-northeast-1c", "apne1-az1")}
    theirs = {"a": ("ap-northeast-1c", "apne1-az4"), "c": ("ap-northeast-1a", "apne1-az1")}
    return (
        subnet("public-a", PUBLIC, "10.0.0.0/24", ours["a"], "igw-1"),
        subnet("private-a", PUBLIC, "10.0.10.0/24", ours["a"], "nat-1"),
        subnet("private-c", PUBLIC, "10.0.11.0/24", ours["c"], "nat-1"),
        subnet("isolated-a", ISOLATED, "10.0.10.0/24", theirs["a"], None, "s3"),
        subnet("isolated-c", ISOLATED, "10.0.11.0/24", theirs["c"], None, "s3"),
    )


def security_groups() -> tuple[SecurityGroup, ...]:
    return (
        group("client", PUBLIC),
        group("endpoint", PUBLIC, rule("tcp", 443, group="sg-client")),
        group(
            "balancers",
            ISOLATED,
            rule("tcp", 443, cidr="10.0.0.0/16"),
            egress=(
                rule("tcp", 443, group="sg-services"),
                rule("tcp", group="sg-tasks"),
                rule("tcp", 27000, cidr=PREMISES),
            ),
        ),
        group("services", ISOLATED, rule("tcp", 443, group="sg-balancers"), *NODES),
        group("tasks", ISOLATED, rule("tcp", 8443, group="sg-services")),
        group("aws", ISOLATED, rule("tcp", 443, cidr="10.0.0.0/16")),
    )


def interfaces() -> tuple[Interface, ...]:
    return (
        interface("client", PUBLIC, "private-a", "10.0.10.10", "client"),
        interface("endpoint-a", PUBLIC, "private-a", "10.0.10.20", "endpoint"),
        interface("endpoint-c", PUBLIC, "private-c", "10.0.11.20", "endpoint"),
        interface("insider", ISOLATED, "isolated-a", "10.0.10.10", "tasks"),
        interface("nlb-a", ISOLATED, "isolated-a", "10.0.10.30", "balancers"),
        interface("nlb-c", ISOLATED, "isolated-c", "10.0.11.30", "balancers"),
        interface("alb-a", ISOLATED, "isolated-a", "10.0.10.40", "services"),
        interface("alb-c", ISOLATED, "isolated-c", "10.0.11.40", "services"),
        interface("orders-1", ISOLATED, "isolated-a", "10.0.10.50", "tasks"),
        interface("orders-2", ISOLATED, "isolated-c", "10.0.11.50", "tasks"),
        interface("aws", ISOLATED, "isolated-a", "10.0.10.60", "aws"),
    )


def endpoints() -> tuple[Endpoint, ...]:
    provided = Endpoint(
        id="vpce-1",
        vpc_id=PUBLIC,
        service_name=f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
        available=True,
        interface_ids=("eni-endpoint-a", "eni-endpoint-c"),
        load_balancers=(NLB,),
        dns_names=((ENDPOINT_NAME, ("10.0.10.20", "10.0.11.20")),),
    )
    names = {
        "ecr.api": (f"api.ecr.{REGION}.amazonaws.com",),
        "ecr.dkr": (f"dkr.ecr.{REGION}.amazonaws.com", f"*.dkr.ecr.{REGION}.amazonaws.com"),
        "logs": (f"logs.{REGION}.amazonaws.com",),
    }
    # One endpoint a service on AWS; one for all of them keeps these worlds short.
    aws = Endpoint(
        id="vpce-aws",
        vpc_id=ISOLATED,
        service_name=f"com.amazonaws.{REGION}.ecr",
        available=True,
        interface_ids=("eni-aws",),
        aws_service="ecr",
        private_dns_names=tuple(name for listed in names.values() for name in listed),
    )
    return (provided, aws)


def load_balancers() -> tuple[LoadBalancer, ...]:
    common = {"vpc_id": ISOLATED, "active": True}
    return (
        LoadBalancer(
            arn=NLB,
            name="tokyo-inbound",
            kind="network",
            dns_name=f"tokyo-inbound-1.elb.{REGION}.amazonaws.com",
            interface_ids=("eni-nlb-a", "eni-nlb-c"),
            groups=("sg-balancers",),
            **common,
        ),
        LoadBalancer(
            arn=ALB,
            name="tokyo-services-1",
            kind="application",
            dns_name=f"internal-tokyo-services-1.{REGION}.elb.amazonaws.com",
            interface_ids=("eni-alb-a", "eni-alb-c"),
            groups=("sg-services",),
            **common,
        ),
    )


def forward(**weights: int) -> Action:
    arns = {"stable": STABLE, "canary": CANARY, "balancers": BALANCERS}
    pairs = (WeightedTargetGroup(arn=arns[name], weight=weight) for name, weight in weights.items())
    return Action(kind="forward", target_groups=tuple(pairs))


def listeners(certificate: Issued) -> tuple[Listener, ...]:
    host = Condition(kind="host-header", values=(f"orders.{DOMAIN}",))
    health = Condition(kind="path-pattern", values=("/_link/health",))
    shown = Certificate(
        arn="arn:certificate", chain_pem=certificate.chain_pem, key_pem=certificate.key_pem, names=(f"*.{DOMAIN}",)
    )
    return (
        Listener(arn=f"{NLB}/443", load_balancer_arn=NLB, port=443, protocol="TCP", default=forward(balancers=1)),
        Listener(
            arn=f"{ALB}/443",
            load_balancer_arn=ALB,
            port=443,
            protocol="HTTPS",
            certificates=(shown,),
            rules=(
                Rule(arn="health", priority=1, conditions=(health,), action=Action(kind="fixed-response", body="up")),
                Rule(arn="orders", priority=10, conditions=(host,), action=forward(stable=1)),
            ),
            default=Action(kind="fixed-response", status_code="404", body="no such service"),
        ),
    )


def target_group(
    arn: str, kind: str, protocol: str, check: HealthCheck, *targets: Target, **fields: Any
) -> TargetGroup:
    return TargetGroup(
        arn=arn,
        name=arn.split("/")[1],
        kind=kind,
        protocol=protocol,
        port=443 if kind == "alb" else 8443,
        vpc_id=ISOLATED,
        health_check=check,
        targets=targets,
        **fields,
    )


def target(address: str, port: int = 8443) -> Target:
    return Target(id=address, address=address, port=port)


def target_groups() -> tuple[TargetGroup, ...]:
    tasks = HealthCheck(protocol="HTTPS", port="traffic-port", path="/healthz", interval_seconds=10, timeout_seconds=1)
    link = HealthCheck(
        protocol="HTTPS", port="traffic-port", path="/_link/health", matcher="200-399", interval_seconds=10
    )
    balancer = Target(id=ALB, address=ALB, port=443)
    return (
        target_group(STABLE, "ip", "HTTPS", tasks, target("10.0.10.50")),
        target_group(CANARY, "ip", "HTTPS", tasks, target("10.0.11.50")),
        target_group(BALANCERS, "alb", "TCP", link, balancer),
    )


def link(certificate: Issued) -> World:
    """Inbound, whole: client -> endpoint -> NLB -> ALB -> task, with a canary that has no weight yet."""
    vpcs = (("public", "111111111111"), ("isolated", "222222222222"))
    return World(
        vpcs=tuple(Vpc(id=f"vpc-{n}", account_id=id_, region=REGION, cidrs=("10.0.0.0/16",)) for n, id_ in vpcs),
        subnets=subnets(),
        nat_gateways=(NatGateway(id="nat-1", subnet_id="public-a", public_address="54.64.0.10"),),
        security_groups=security_groups(),
        interfaces=interfaces(),
        endpoints=endpoints(),
        load_balancers=load_balancers(),
        listeners=listeners(certificate),
        target_groups=target_groups(),
        workloads=(task("orders-1", "twoway/orders:1.0.0"), task("orders-2", "twoway/orders:1.1.0")),
    )


def change(world: World, field: str, key: str, **fields: Any) -> World:
    """`world` with other `fields` in the one thing of `field` whose id or ARN is `key`."""
    things = getattr(world, field)
    changed = tuple(replace(thing, **fields) if key == _key(thing) else thing for thing in things)
    assert changed != things, f"{key} of {field} is as it was"
    return replace(world, **{field: changed})


def with_rules(world: World, group_id: str, *ingress: SecurityGroupRule) -> World:
    return change(world, "security_groups", group_id, ingress=ingress)


def with_orders_forwarded(world: World, action: Action) -> World:
    """The ALB's rule for orders does `action`."""
    listener = next(listener for listener in world.listeners if listener.load_balancer_arn == ALB)
    rules = tuple(replace(rule, action=action) if rule.arn == "orders" else rule for rule in listener.rules)
    return change(world, "listeners", listener.arn, rules=rules)


def _key(thing: Any) -> str:
    return getattr(thing, "arn", None) or thing.id
