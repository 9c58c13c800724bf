"""Runs a module in this process against the rig's control plane, on a clock that only waiting moves."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.client
import botocore.endpoint
import botocore.loaders
import botocore.session
import pytest
from ansible_collections.amazon.aws.plugins.module_utils import cloud as aws_retries
from ansible_collections.twoway.privatelink.plugins.module_utils import _waiting
from rig.control import clock
from rig.control.handler import Handler
from rig.control.server import ControlPlane, create_app
from rig.control.settings import Account, Settings
from unit.plugins.running import result_of
from werkzeug.serving import make_server


@dataclass
class Cloud:
    """The emulated cloud, with every API call that reached it since `forget_calls`."""

    url: str
    plane: ControlPlane
    time: clock.ManualTime
    calls: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.plane.settings

    def fault(self, action: str, kind: str, **more: Any) -> None:
        """Does to the next call of `action` what `rig.control.faults` knows: fault("CreateVpcEndpoint", "lost")."""
        self.plane.faults.arm({"action": action, "kind": kind, **more})

    def forget_calls(self) -> None:
        self.calls.clear()

    def connection(self, account: str) -> dict[str, str]:
        """The connection options of our modules."""
        owner: Account = self.settings.account(account)
        return {
            "region": self.settings.region,
            "endpoint_url": self.url,
            "access_key": owner.access_key,
            "secret_key": owner.secret_key,
        }

    def client(self, service: str, account: str = "isolated", region: str | None = None) -> Any:
        given = self.connection(account)
        return boto3.client(
            service,
            region_name=region or given["region"],
            endpoint_url=given["endpoint_url"],
            aws_access_key_id=given["access_key"],
            aws_secret_access_key=given["secret_key"],
        )


@pytest.fixture(scope="session", autouse=True)
def sdk_made_once() -> Iterator[None]:
    """Each module run makes its own boto3 sessions, which would register 130 handlers and parse EC2's model anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        patch.setattr(boto3.session, "Session", functools.cache(boto3.session.Session))
        yield


@pytest.fixture(scope="session")
def control_plane() -> Iterator[tuple[str, ControlPlane]]:
    plane = create_app(Settings())
    server = make_server("127.0.0.1", 0, plane, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", plane
    server.shutdown()


@pytest.fixture
def cloud(control_plane: tuple[str, ControlPlane], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Two empty accounts. A module that waits moves the cloud's clock, and nobody sleeps."""
    url, plane = control_plane
    manual = clock.ManualTime()
    clock.use(manual)
    plane.reset()
    cloud = Cloud(url=url, plane=plane, time=manual)
    listening = [True]
    plane.log.subscribe(lambda call, _answer: cloud.calls.append(call.action) if listening else None)
    monkeypatch.setattr(_waiting.SystemClock, "now", lambda _self: manual())
    monkeypatch.setattr(_waiting.SystemClock, "sleep", lambda _self, seconds: manual.advance(seconds))
    # The pauses between retries, of amazon.aws and of botocore.
    for retrying in (aws_retries, botocore.endpoint):
        monkeypatch.setattr(retrying, "time", SimpleNamespace(sleep=manual.advance))
    yield cloud
    listening.clear()


@dataclass(frozen=True)
class Network:
    """A VPC with two zones: what our modules are given."""

    vpc_id: str
    subnet_ids: list[str]
    security_group_ids: list[str]
    route_table_id: str


@pytest.fixture
def network(cloud: Cloud) -> Callable[[str], Network]:
    """network("public") -> a new VPC there."""

    def make(account: str) -> Network:
        ec2 = cloud.client("ec2", account)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        zones = {zone["ZoneId"]: zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=zones[zone_id])
            for index, zone_id in enumerate(sorted(zones)[:2])
        ]
        groups = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc) for name in ("one", "two")]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        return Network(
            vpc, [made["Subnet"]["SubnetId"] for made in subnets], [made["GroupId"] for made in groups], table
        )

    return make


@pytest.fixture
def balancer_arn(cloud: Cloud, network: Callable[[str], Network]) -> Callable[..., str]:
    """balancer_arn("isolated", "name") -> a Network Load Balancer, active, made without our modules.

    It has both address types, so that an endpoint service in front of it may have either.
    """

    def make(account: str, name: str, subnet_ids: list[str] | None = None, ip_address_type: str = "dualstack") -> str:
        wanted = {
            "Name": name,
            "Type": "network",
            "Scheme": "internal",
            "Subnets": subnet_ids or network(account).subnet_ids,
            "IpAddressType": ip_address_type,
        }
        made = cloud.client("elbv2", account).create_load_balancer(**wanted)
        cloud.time.advance(600)
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    return make


@pytest.fixture
def old_sdk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """old_sdk("CreateVpcEndpoint", "ServiceRegion") -> modules run from now on find a botocore that lacks it.

    Without a parameter it is the operation that is lacking.
    """

    def lack(operation: str, parameter: str | None = None) -> None:
        real = botocore.loaders.Loader.load_service_model

        def load(loader: Any, service: str, type_name: str, *args: Any, **kwargs: Any) -> Any:
            model = real(loader, service, type_name, *args, **kwargs)
            if type_name != "service-2" or operation not in model["operations"]:
                return model
            operations, shapes = dict(model["operations"]), dict(model["shapes"])
            name = operations[operation]["input"]["shape"]
            if parameter is None:
                del operations[operation]
            else:
                members = {key: value for key, value in shapes[name]["members"].items() if key != parameter}
                shapes[name] = {**shapes[name], "members": members}
            return {**model, "operations": operations, "shapes": shapes}

        monkeypatch.setattr(botocore.loaders.Loader, "load_service_model", load)

    return lack


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """meanwhile("CreateVpcEndpoint", act) -> `act` happens right after the next call of that action was answered.

    What another run, or another person, does while a module is at work.
    """
    real = botocore.client.BaseClient._make_api_call

    def arm(action: str, act: Callable[[], Any], after: int = 0) -> None:
        left = [after]

        def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            answer = real(client, operation, arguments)
            if operation == action:
                left[0] -= 1
                if left[0] < 0:
                    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", real)
                    act()
            return answer

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)

    return arm


@pytest.fixture
def run(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """run("endpoint_service", "isolated", check=False, **options) -> the module's result, failed or not."""

    def run_module(name: str, account: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        cloud.forget_calls()
        return result_of(name, {**cloud.connection(account), **options}, capsys, check)

    return run_module
