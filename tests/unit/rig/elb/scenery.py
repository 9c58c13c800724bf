"""What the tests of this folder build, and a data plane that sees what it is told to see."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rig.control import feedback, snapshot
from rig.control.lock import lock
from rig.fabric.null import NullDataPlane
from rig.world import Report, TargetStatus, Workload, WorkloadStatus, World

AZ_IDS = ("apne1-az1", "apne1-az4")
FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC with one subnet in each of AZ_IDS (10.0.0.0/24, 10.0.1.0/24) and a security group."""

    vpc_id: str
    subnet_ids: list[str]
    group_id: str


def make_network(ec2: Any) -> Network:
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone_id)["Subnet"]
        for number, zone_id in enumerate(AZ_IDS)
    ]
    group = ec2.create_security_group(GroupName="behind", Description="behind", VpcId=vpc_id)
    return Network(vpc_id=vpc_id, subnet_ids=[subnet["SubnetId"] for subnet in subnets], group_id=group["GroupId"])


@dataclass
class Measured:
    """Runs everything and finds it healthy, except what `exits` (by workload) and `ill` (by target id) say."""

    cloud: Any
    exits: dict[str, WorkloadStatus] = field(default_factory=dict)
    ill: set[str] = field(default_factory=set)
    null: NullDataPlane = field(default_factory=NullDataPlane)

    def round(self, times: int = 1, seconds: float = 0.5) -> World:
        """The engine's loop: apply the World, report, let time pass. The last World."""
        for _time in range(times):
            with lock:
                world = snapshot.world()
            self.null.apply(world)
            with lock:
                feedback.take(self._report())
            self.cloud.clock.advance(seconds)
        with lock:
            return snapshot.world()

    def _report(self) -> Report:
        report = self.null.report()
        unhealthy = TargetStatus(
            state="unhealthy", reason="Target.FailedHealthChecks", description="Health checks failed"
        )
        return Report(
            workloads={id_: self.exits.get(id_, status) for id_, status in report.workloads.items()},
            targets={key: unhealthy if key[1] in self.ill else status for key, status in report.targets.items()},
        )


@dataclass
class Balancing:
    """Load balancers of one account, made in one line each."""

    elbv2: Any
    network: Network

    def balancer(self, name: str, kind: str, **more: Any) -> str:
        wanted = {"Name": name, "Type": kind, "Scheme": "internal", "Subnets": self.network.subnet_ids} | more
        return self.elbv2.create_load_balancer(**wanted)["LoadBalancers"][0]["LoadBalancerArn"]

    def target_group(self, name: str, kind: str = "ip", protocol: str = "HTTP", port: int = 8080, **more: Any) -> str:
        wanted = {"Name": name, "Protocol": protocol, "Port": port, "TargetType": kind, "VpcId": self.network.vpc_id}
        return self.elbv2.create_target_group(**wanted | more)["TargetGroups"][0]["TargetGroupArn"]

    def listener(self, balancer: str, port: int, protocol: str, actions: list[dict[str, Any]], **more: Any) -> str:
        made = self.elbv2.create_listener(
            LoadBalancerArn=balancer, Port=port, Protocol=protocol, DefaultActions=actions, **more
        )
        return made["Listeners"][0]["ListenerArn"]

    def rule(self, listener: str, priority: int, actions: list[dict[str, Any]], host: str = "a.example") -> str:
        conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}]
        made = self.elbv2.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=actions)
        return made["Rules"][0]["RuleArn"]

    def health(self, target_group: str, **more: Any) -> dict[tuple[str, int], tuple[str, str]]:
        """(state, reason) by target."""
        found = self.elbv2.describe_target_health(TargetGroupArn=target_group, **more)
        return {
            (one["Target"]["Id"], one["Target"]["Port"]): (
                one["TargetHealth"]["State"],
                one["TargetHealth"].get("Reason", ""),
            )
            for one in found["TargetHealthDescriptions"]
        }


def forward(*target_groups: str | tuple[str, int]) -> list[dict[str, Any]]:
    """A forward action to groups, each with its weight where one is given."""
    pairs = [group if isinstance(group, tuple) else (group, 1) for group in target_groups]
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in pairs]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


def error_of(call: Any, **params: Any) -> tuple[str, str]:
    """The AWS error code and message that the call ends in."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def workload_of(world: World, image: str) -> Workload:
    """The only workload whose image starts so."""
    (found,) = [workload for workload in world.workloads if workload.image.startswith(image)]
    return found


def make_certificate(name: str) -> tuple[bytes, bytes]:
    """A self-signed certificate for `name` and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return certificate.public_bytes(encoding), key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
