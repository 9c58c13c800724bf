"""What the emulated cloud holds at one instant, as plain data.

The control plane (`rig.control`) writes a World from moto's backends; the data
plane (`rig.fabric`) makes it real and never looks behind it. Everything here is
frozen and sorted, so that two equal worlds compare equal and an unchanged world
costs nothing to apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True, kw_only=True)
class Vpc:
    id: str
    account_id: str
    region: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """`default_route` is the target of the subnet's 0.0.0.0/0 route: igw-..., nat-... or None."""

    id: str
    vpc_id: str
    cidr: str
    az_name: str
    az_id: str
    default_route: str | None = None
    vpn_routes: tuple[str, ...] = ()  # CIDRs routed to the virtual private gateway of its VPC
    gateway_endpoints: tuple[str, ...] = ()  # AWS services routed by gateway endpoints, such as "s3"


@dataclass(frozen=True, kw_only=True)
class NatGateway:
    id: str
    subnet_id: str
    public_address: str


@dataclass(frozen=True, kw_only=True)
class SecurityGroupRule:
    """`protocol` is tcp, udp, icmp or "-1" (all); ports are inclusive and None where the protocol has none."""

    protocol: str
    from_port: int | None
    to_port: int | None
    cidrs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SecurityGroup:
    id: str
    vpc_id: str
    ingress: tuple[SecurityGroupRule, ...] = ()
    egress: tuple[SecurityGroupRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Interface:
    """An ENI. `groups` is None for the interfaces of a Network Load Balancer made without security groups."""

    id: str
    vpc_id: str
    subnet_id: str
    address: str
    groups: tuple[str, ...] | None
    public_address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An interface endpoint. It carries traffic only while `available`.

    `load_balancers` are the NLB ARNs of its endpoint service (empty for an AWS
    service, whose short name, such as "ssm" or "ecr.api", is `aws_service`).
    `dns_names` maps each public name to interface addresses; `private_dns_names`
    resolve inside `vpc_id` alone.
    """

    id: str
    vpc_id: str
    service_name: str
    available: bool
    interface_ids: tuple[str, ...]
    load_balancers: tuple[str, ...] = ()
    aws_service: str | None = None
    dns_names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    private_dns_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    arn: str
    name: str
    kind: Literal["network", "application"]
    vpc_id: str
    dns_name: str
    active: bool
    interface_ids: tuple[str, ...]
    groups: tuple[str, ...] = ()
    enforce_groups_on_privatelink: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    arn: str
    chain_pem: str
    key_pem: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WeightedTargetGroup:
    arn: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Action:
    """One ELBv2 action, with only the fields of its kind filled in."""

    kind: Literal["forward", "fixed-response", "redirect"]
    target_groups: tuple[WeightedTargetGroup, ...] = ()
    stickiness_seconds: int | None = None
    status_code: str = "200"
    content_type: str = "text/plain"
    body: str = ""
    redirect: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`kind` is ELBv2's Field; `name` the header's for http-header; query-string values are "key=value"."""

    kind: Literal["host-header", "path-pattern", "http-header", "http-request-method", "query-string", "source-ip"]
    values: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    arn: str
    priority: int
    conditions: tuple[Condition, ...]
    action: Action


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Rules are in order of priority; `default` answers when none matches."""

    arn: str
    load_balancer_arn: str
    port: int
    protocol: Literal["TCP", "TLS", "HTTP", "HTTPS"]
    default: Action
    rules: tuple[Rule, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    protocol: Literal["TCP", "HTTP", "HTTPS"]
    port: str  # a number, or "traffic-port"
    path: str = "/"
    matcher: str = "200"
    interval_seconds: float = 30
    timeout_seconds: float = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2


@dataclass(frozen=True, kw_only=True)
class Target:
    """`address` is an IP address, or a load balancer's ARN in a group of type alb."""

    id: str
    address: str
    port: int
    az_name: str = ""
    draining: bool = False


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    arn: str
    name: str
    kind: Literal["ip", "instance", "alb"]
    protocol: Literal["TCP", "TLS", "HTTP", "HTTPS"]
    port: int
    vpc_id: str
    health_check: HealthCheck
    targets: tuple[Target, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    access_key: str
    secret_key: str
    session_token: str


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A process of the customer's: one container of an ECS task, or an EC2 instance.

    The data plane runs it behind its interface for as long as the World holds it,
    and ends it (SIGTERM, then SIGKILL) when it is gone. `metadata` is what the
    stock responder and the metadata service tell: service, version, task id,
    instance id, zone, region, ...
    """

    id: str
    kind: Literal["task", "instance"]
    account_id: str
    region: str
    interface_id: str
    image: str = ""
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    ports: tuple[int, ...] = ()
    secrets_from: tuple[str, ...] = ()  # AWS services, such as "secretsmanager", that hold some of its environment
    user_data: str = ""
    role_name: str = ""
    credentials: Credentials | None = None
    log_group: str = ""
    log_stream: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class World:
    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    listeners: tuple[Listener, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    workloads: tuple[Workload, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WorkloadStatus:
    state: Literal["starting", "running", "exited"]
    exit_code: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TargetStatus:
    """ELBv2's TargetHealth: initial, healthy, unhealthy or unavailable, with its reason code."""

    state: str
    reason: str = ""
    description: str = ""


# Load balancer ARN, target group ARN ("" for what concerns none), zone of the load balancer's node.
MeterKey = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What has passed so far, since the sandbox began.

    `counts` are by these words: requests (for which a target was chosen), target_2xx to target_5xx (answers of
    targets), elb_3xx to elb_5xx and elb_502 and so on (answers of the load balancer itself), fixed_responses,
    redirects, connection_errors; of network load balancers flows and bytes. `seconds` says how often a target took
    how long to answer.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[float, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a workload has used of the processor since its start, and holds of the memory."""

    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All meters, read at the end of a period that began at `begin` (seconds since the epoch)."""

    begin: float
    seconds: float
    traffic: Mapping[MeterKey, Traffic] = field(default_factory=dict)
    usage: Mapping[str, Usage] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the data plane measured. Target keys are (target group ARN, target id, port).

    `readings` are the latest ones, oldest first; the same one may be in many reports.
    """

    workloads: Mapping[str, WorkloadStatus] = field(default_factory=dict)
    targets: Mapping[tuple[str, str, int], TargetStatus] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()


class DataPlane(Protocol):
    def apply(self, world: World) -> None:
        """Make `world` real. Idempotent; raises nothing for a world that is only half there yet."""

    def report(self) -> Report:
        """What runs and what is healthy right now, without waiting."""

    def close(self) -> None:
        """End every process and namespace this data plane made."""
