"""A place for services to run: what the roles make before ecs_services comes."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils import _waiting
from botocore.client import BaseClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from parameters import model, table
from rig.control import feedback, snapshot
from rig.control.lock import lock
from rig.fabric.null import NullDataPlane
from unit.plugins import running
from unit.plugins.modules.fleet import ORDERS, SSM, Account

DOMAIN = "tokyo.twoway.example"


@pytest.fixture(autouse=True)
def docs_parameters_are_true(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What docs/parameters.md says that this test proves, a module did send."""
    promised = table.proofs().get(request.node.nodeid)
    if not promised:
        yield
        return
    real, seen = BaseClient._make_api_call, set()

    def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        if running.at_work:
            seen.update((operation, name) for name in model.sent(arguments))
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    yield
    if missing := sorted(promised - seen):
        raise AssertionError(f"docs/parameters.md says that this test proves {missing}, and no module sent it")


@pytest.fixture
def engine(cloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets workloads run: once a call, and whenever a module waits."""
    plane = NullDataPlane()

    def tick() -> None:
        with lock:
            for _round in range(3):  # tasks start, then are registered, then are healthy
                plane.apply(snapshot.world())
                feedback.take(plane.report())

    def sleep(_clock: Any, seconds: float) -> None:
        cloud.time.advance(seconds)
        tick()

    monkeypatch.setattr(_waiting.SystemClock, "sleep", sleep)
    return tick


@dataclass(frozen=True)
class Site:
    """The isolated side of a link, ready for services."""

    vpc_id: str
    subnet_ids: list[str]
    security_group_ids: list[str]
    load_balancer_arn: str
    listener_arn: str
    execution_role_arn: str

    def options(self, **more: Any) -> dict[str, Any]:
        """Of ecs_services."""
        return {
            "link": "tokyo",
            "link_domain": DOMAIN,
            "cluster": "tokyo",
            "vpc_id": self.vpc_id,
            "subnet_ids": self.subnet_ids,
            "security_group_ids": self.security_group_ids,
            "execution_role_arn": self.execution_role_arn,
            "shards": [{"number": 1, "listener_arn": self.listener_arn, "port": 443}],
            **more,
        }


@pytest.fixture
def site(cloud, engine) -> Site:
    return make_site(cloud)


def make_site(cloud, prefix: int = 24) -> Site:
    """`prefix` is the size of its two subnets, and so the number of tasks it has addresses for."""
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    block = ipaddress.IPv4Network("10.0.0.0/16")
    vpc = ec2.create_vpc(CidrBlock=str(block))["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=str(cidr), AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for zone, cidr in zip(zones, block.subnets(new_prefix=prefix), strict=False)
    ]
    group = ec2.create_security_group(GroupName="tokyo-services", Description="tasks", VpcId=vpc)["GroupId"]
    balancer = elb.create_load_balancer(
        Name="tokyo-services-1", Subnets=subnets, SecurityGroups=[group], Scheme="internal", Type="application"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.create_listener(
        LoadBalancerArn=balancer,
        Port=443,
        Protocol="HTTPS",
        Certificates=[{"CertificateArn": imported_certificate(cloud)}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    cloud.client("ecs").create_cluster(clusterName="tokyo")
    role = cloud.client("iam").create_role(RoleName="tokyo-execution", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    return Site(vpc, subnets, [group], balancer, listener, role)


@pytest.fixture
def certificate_arn(cloud) -> str:
    return imported_certificate(cloud)


def imported_certificate(cloud) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"*.{DOMAIN}")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"*.{DOMAIN}")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return cloud.client("acm").import_certificate(
        Certificate=certificate.public_bytes(serialization.Encoding.PEM),
        PrivateKey=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )["CertificateArn"]


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """killed_after(2): the next module dies right after its second call that changes something. At 0 it lives."""
    real = BaseClient._make_api_call

    def arm(changes: int) -> None:
        left = [changes]

        def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
            answer = real(client, operation, arguments)
            if not operation.startswith(("Describe", "List", "Get", "Head")):
                left[0] -= 1
                if left[0] == 0:
                    monkeypatch.setattr(BaseClient, "_make_api_call", real)
                    raise SystemExit("killed")
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return arm


@pytest.fixture
def converge(run, site):
    def converge(*services: dict, check: bool = False, **more: Any) -> dict[str, Any]:
        return run("ecs_services", "isolated", check=check, **site.options(services=list(services), **more))

    return converge


@pytest.fixture
def account(cloud, site) -> Account:
    return Account(cloud, site)


@pytest.fixture
def secretive(cloud):
    """An entry with one secret of each kind, that exist, and a task policy."""
    cloud.client("ssm").put_parameter(Name="/shop/key", Value="k", Type="SecureString")
    arn = cloud.client("secretsmanager").create_secret(Name="shop/db", SecretString='{"password": "p"}')["ARN"]
    return {
        **ORDERS,
        "secrets": {"KEY": f"{SSM}key", "PASSWORD": f"{arn}:password::"},
        "secret_keys": ["arn:aws:kms:ap-northeast-1:222222222222:key/1234"],
        "task_policy": [{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"}],
    }
