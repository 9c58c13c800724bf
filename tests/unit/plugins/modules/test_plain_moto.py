"""Our modules against moto's own server, without the sandbox's extension: they do not depend on its manners.

What plain moto 5.2.5 cannot do, and the sandbox does: connections and their states (so neither a deletion of a service,
which looks at them, nor endpoint_connection), notifications, payer, verification, address types, filters, client
tokens, the own region among the supported ones, Network Load Balancer ARNs, zone ids, a filter by endpoint id.
"""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace

import boto3
import botocore.endpoint
import pytest
from ansible_collections.amazon.aws.plugins.module_utils import cloud as aws_retries
from ansible_collections.twoway.privatelink.plugins.module_utils import _waiting
from unit.plugins.running import result_of

ACCOUNT = {"region": "ap-northeast-1", "access_key": "AKIAPLAINMOTO0000001", "secret_key": "plain"}
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
ONE, TWO = "arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"


def address_told(server):
    for line in server.stderr:
        if found := re.search(r"Running on (http://\S+)", line):
            return found[1]
    raise AssertionError("moto's server did not start")


@pytest.fixture(scope="module")
def moto_url():
    """moto in a process of its own: this one has the extension in its place."""
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        yield address_told(server)
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def client(moto_url):
    return lambda service: boto3.client(
        service,
        region_name=ACCOUNT["region"],
        endpoint_url=moto_url,
        aws_access_key_id=ACCOUNT["access_key"],
        aws_secret_access_key=ACCOUNT["secret_key"],
    )


@pytest.fixture
def run(moto_url, capsys, monkeypatch):
    """run("endpoint_service", check=False, **options) -> its result. Nothing sleeps: moto is done at once."""
    passed = [0.0]

    def sleep(*arguments):
        passed[0] += arguments[-1]

    monkeypatch.setattr(_waiting.SystemClock, "now", lambda _self: passed[0])
    monkeypatch.setattr(_waiting.SystemClock, "sleep", sleep)
    for retrying in (aws_retries, botocore.endpoint):
        monkeypatch.setattr(retrying, "time", SimpleNamespace(sleep=sleep))

    def run_module(name, /, check=False, **options):
        return result_of(name, {**ACCOUNT, "endpoint_url": moto_url, **options}, capsys, check)

    return run_module


@pytest.fixture
def network(client):
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones[:2])
    ]
    group = ec2.create_security_group(GroupName="endpoints", Description="endpoints", VpcId=vpc)["GroupId"]
    return {"vpc_id": vpc, "subnet_ids": subnets, "security_group_ids": [group]}


@pytest.fixture
def balancer_arns(client, network):
    elbv2 = client("elbv2")
    made = [
        elbv2.create_load_balancer(
            Name=f"{network['vpc_id'][-8:]}-{number}", Type="network", Subnets=network["subnet_ids"]
        )
        for number in (1, 2)
    ]
    return [one["LoadBalancers"][0]["LoadBalancerArn"] for one in made]


@pytest.fixture
def options(network, balancer_arns):
    """Of a service of this test's own: moto's server is one for all of them."""
    return {
        "name": f"door-{network['vpc_id']}",
        "load_balancer_arns": balancer_arns[:1],
        "allowed_principals": [ONE],
        "tags": TAGS,
    }


def test_a_service_is_made_once(run, client, options):
    forecast = run("endpoint_service", check=True, **options)
    made = run("endpoint_service", **options)

    assert made["changed"] and (made["diff"], made["actions"]) == (forecast["diff"], forecast["actions"])
    service_id = made["endpoint_service"]["service_id"]
    [aws] = client("ec2").describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])["ServiceConfigurations"]
    assert aws["ServiceState"] == "Available" and aws["NetworkLoadBalancerArns"] == options["load_balancer_arns"]
    assert not run("endpoint_service", **options)["changed"]
    assert not run("endpoint_service", check=True, **options)["changed"]


@pytest.mark.parametrize(
    ("drift", "found"),
    [
        pytest.param({"acceptance_required": False}, {"acceptance_required": False}, id="acceptance"),
        pytest.param({"allowed_principals": [TWO]}, {"allowed_principals": [TWO]}, id="principals"),
        pytest.param(
            {"allowed_principals": [TWO], "purge_allowed_principals": False},
            {"allowed_principals": [ONE, TWO]},
            id="principals kept",
        ),
        pytest.param(
            {"supported_regions": ["us-west-2"]},
            {"supported_regions": ["ap-northeast-1", "us-west-2"]},
            id="regions",
        ),
        pytest.param({"private_dns_name": "a.example.com"}, {"private_dns_name": "a.example.com"}, id="private name"),
        pytest.param({"tags": {**TAGS, "team": "links"}}, {}, id="tag"),
    ],
)
def test_drift_is_mended(run, options, drift, found):
    run("endpoint_service", **options)
    result = run("endpoint_service", **{**options, **drift})

    assert result["changed"] and {key: result["endpoint_service"][key] for key in found} == found
    assert drift.get("tags", {}).items() <= result["endpoint_service"]["tags"].items()
    assert not run("endpoint_service", **{**options, **drift})["changed"]


def test_load_balancers_are_swapped(run, options, balancer_arns):
    run("endpoint_service", **options)
    result = run("endpoint_service", **{**options, "load_balancer_arns": balancer_arns[1:]})

    assert result["endpoint_service"]["load_balancer_arns"] == balancer_arns[1:]


def test_a_service_of_others_is_left_alone(run, client, options, balancer_arns):
    """moto ignores filters: we look again."""
    foreign = client("ec2").create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=balancer_arns[1:])
    made = run("endpoint_service", **options)["endpoint_service"]

    assert made["service_id"] != foreign["ServiceConfiguration"]["ServiceId"]


@pytest.fixture
def endpoint(run, client, network, options):
    """The options of an endpoint that is there. moto has no filter by endpoint id, by which a new one is waited for."""
    published = run("endpoint_service", **options)["endpoint_service"]
    wanted = {**network, "name": options["name"], "service_name": published["service_name"], "tags": TAGS}
    forecast = run("interface_endpoint", check=True, **wanted)
    assert [action["verb"] for action in forecast["actions"]] == ["create"]
    tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": options["name"]}.items()]
    client("ec2").create_vpc_endpoint(
        VpcId=network["vpc_id"],
        VpcEndpointType="Interface",
        ServiceName=published["service_name"],
        SubnetIds=network["subnet_ids"],
        SecurityGroupIds=network["security_group_ids"],
        PrivateDnsEnabled=False,
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
    )
    return wanted


def endpoint_of(client, wanted):
    """As moto tells it."""
    named = [{"Name": "tag:Name", "Values": [wanted["name"]]}]
    [found] = client("ec2").describe_vpc_endpoints(Filters=named)["VpcEndpoints"]
    return found


def test_an_endpoint_is_found_and_is_as_it_should_be(run, client, endpoint):
    result = run("interface_endpoint", **endpoint)

    assert not result["changed"], result
    assert result["interface_endpoint"]["endpoint_id"] == endpoint_of(client, endpoint)["VpcEndpointId"]


@pytest.mark.parametrize(
    "drift",
    [
        pytest.param(lambda _ec2, wanted: {"subnet_ids": wanted["subnet_ids"][:1]}, id="subnets"),
        pytest.param(lambda ec2, wanted: {"security_group_ids": [other_group(ec2, wanted["vpc_id"])]}, id="groups"),
        pytest.param(lambda _ec2, _wanted: {"tags": {**TAGS, "team": "links"}}, id="tags"),
    ],
)
def test_drift_of_an_endpoint_is_mended(run, client, endpoint, drift):
    wanted = {**endpoint, **drift(client("ec2"), endpoint)}
    result = run("interface_endpoint", **wanted)
    aws = endpoint_of(client, wanted)

    assert result["changed"] and sorted(aws["SubnetIds"]) == sorted(wanted["subnet_ids"])
    assert [group["GroupId"] for group in aws["Groups"]] == wanted["security_group_ids"]
    assert wanted["tags"].items() <= {tag["Key"]: tag["Value"] for tag in aws["Tags"]}.items()
    assert not run("interface_endpoint", **wanted)["changed"]


def other_group(ec2, vpc_id):
    return ec2.create_security_group(GroupName="others", Description="others", VpcId=vpc_id)["GroupId"]


def test_an_endpoint_is_shown(run, client, endpoint):
    [shown] = run("interface_endpoint_info", name=endpoint["name"])["interface_endpoints"]

    assert shown["endpoint_id"] == endpoint_of(client, endpoint)["VpcEndpointId"]
    assert (shown["service_name"], shown["state"]) == (endpoint["service_name"], "available")


@pytest.fixture
def door(network):
    """Without security groups: moto has no word for their enforcement."""
    name = f"door-{network['vpc_id'][-8:]}"
    group = {"name": name, "port": 3389, "targets": [{"id": "10.0.0.20"}], "health_check": {"interval": 10}}
    listener = {"port": 3389, "target_group": group}
    return {"name": name, "subnet_ids": network["subnet_ids"], "listeners": [listener], "tags": TAGS}


def test_a_load_balancer_is_made_once_and_goes(run, client, door):
    forecast = run("network_load_balancer", check=True, **door)
    made = run("network_load_balancer", **door)

    assert made["changed"] and (made["diff"], made["actions"]) == (forecast["diff"], forecast["actions"])
    [aws] = client("elbv2").describe_load_balancers(Names=[door["name"]])["LoadBalancers"]
    assert aws["LoadBalancerArn"] == made["network_load_balancer"]["arn"]
    assert not run("network_load_balancer", **door)["changed"]

    assert run("network_load_balancer", **door, state="absent")["changed"]
    assert not run("network_load_balancer", **door, state="absent")["changed"]
    assert client("elbv2").describe_target_groups()["TargetGroups"] == []


@pytest.mark.parametrize(
    "drift",
    [
        pytest.param({"cross_zone": True}, id="cross-zone"),
        pytest.param({"tags": {**TAGS, "team": "links"}}, id="tags"),
        pytest.param({"listeners": []}, id="listeners"),
    ],
)
def test_drift_of_a_load_balancer_is_mended(run, door, drift):
    run("network_load_balancer", **door)
    wanted = {**door, **drift}

    assert run("network_load_balancer", **wanted)["changed"]
    assert not run("network_load_balancer", **wanted)["changed"]
