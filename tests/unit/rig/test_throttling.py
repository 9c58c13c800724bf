"""Calls that come too fast, answered as AWS documents it; see rig/control/throttling/limits.py for the pages."""

from __future__ import annotations

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session
from rig.control import clock, server, throttling, wire
from rig.control.throttling import limits

ISOLATED, PUBLIC = "222222222222", "111111111111"


@pytest.fixture
def time():
    manual = clock.ManualTime()
    clock.use(manual)
    return manual


@pytest.fixture
def throttles(time):
    return throttling.Throttles(on=True)


def let_through(throttles, service, action, body=b"", account=ISOLATED):
    """How many of 200 calls at one instant pass."""
    call = wire.Call(
        service=service,
        region="ap-northeast-1",
        action=action,
        access_key="",
        session_token="",
        protocol="json",
        body=body,
    )
    return sum(throttles.answer(call, account) is None for _time in range(200))


@pytest.mark.parametrize(
    "service, action, burst, refill",
    [
        ("ec2", "DescribeVpcs", 100, 20),
        ("ec2", "CreateTags", 100, 10),
        ("ec2", "DeleteVpc", 50, 5),
        ("ec2", "AcceptVpcEndpointConnections", 10, 1),
        ("elasticloadbalancing", "DescribeTargetGroups", 40, 10),
        ("elasticloadbalancing", "CreateRule", 20, 3),
        ("elasticloadbalancing", "RegisterTargets", 20, 4),
        ("ecs", "RegisterTaskDefinition", 20, 1),
        ("ecs", "DescribeServices", 100, 20),
        ("ecs", "UpdateService", 50, 5),
        ("logs", "CreateLogGroup", 10, 10),
        ("logs", "PutRetentionPolicy", 5, 5),
        ("ssm", "GetParametersByPath", 40, 40),
        ("ssm", "PutParameter", 3, 3),
    ],
)
def test_a_burst_passes_and_then_so_many_a_second(throttles, time, service, action, burst, refill):
    assert let_through(throttles, service, action) == burst
    time.advance(1)
    assert let_through(throttles, service, action) == refill
    time.advance(3600)
    assert let_through(throttles, service, action) == burst


@pytest.mark.parametrize(
    "service, action, burst, seconds",
    [
        ("ec2", "CreateVpcEndpoint", 4, 1 / 0.3),
        ("ec2", "DeleteVpcEndpoints", 4, 1 / 0.3),
        ("elasticloadbalancing", "CreateLoadBalancer", 10, 5),
        ("elasticloadbalancing", "SetSubnets", 10, 5),
    ],
)
def test_a_fraction_of_a_token_takes_its_time(throttles, time, service, action, burst, seconds):
    assert let_through(throttles, service, action) == burst
    time.advance(seconds - 0.1)
    assert let_through(throttles, service, action) == 0
    time.advance(0.11)
    assert let_through(throttles, service, action) == 1


def test_all_calls_on_load_balancers_share_the_accounts_bucket(throttles, time):
    assert let_through(throttles, "elasticloadbalancing", "CreateRule") == 20
    assert let_through(throttles, "elasticloadbalancing", "DescribeRules") == 20
    time.advance(1)
    assert let_through(throttles, "elasticloadbalancing", "DeleteRule") == 3
    assert let_through(throttles, "elasticloadbalancing", "DescribeTags") == 7


def test_ecs_shares_a_bucket_by_kind_and_ec2_has_one_for_each_action(throttles):
    assert let_through(throttles, "ecs", "CreateService") == 50
    assert let_through(throttles, "ecs", "DeleteService") == 0
    assert let_through(throttles, "ec2", "CreateVpc") == 50
    assert let_through(throttles, "ec2", "CreateSubnet") == 50


@pytest.mark.parametrize(
    "body, burst",
    [
        (b"Action=DescribeSecurityGroups", 50),
        (b"Action=DescribeSecurityGroups&GroupId.1=sg-1", 50),
        (b"Action=DescribeSecurityGroups&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1", 100),
        (b"Action=DescribeSecurityGroups&MaxResults=100", 100),
    ],
)
def test_ec2_prefers_to_be_asked_with_a_filter_or_a_page(throttles, body, burst):
    assert let_through(throttles, "ec2", "DescribeSecurityGroups", body) == burst


def test_each_account_has_its_own_buckets(throttles):
    assert let_through(throttles, "ecs", "ListClusters") == 50
    assert let_through(throttles, "ecs", "ListClusters", account=PUBLIC) == 50


def test_what_aws_documents_no_limit_for_is_not_measured(throttles):
    assert let_through(throttles, "iam", "GetRole") == 200


def test_every_limit_is_of_an_action_there_is():
    names = {"elasticloadbalancing": "elbv2"}
    for signed_as, service in limits.SERVICES.items():
        model = Session().get_service_model(names.get(signed_as, signed_as))
        assert set(service.actions) <= set(model.operation_names), signed_as


def conditions(cloud, **wanted):
    body = json.dumps(wanted).encode()
    urllib.request.urlopen(urllib.request.Request(f"{cloud.url}/_rig/conditions", data=body)).close()


def answers(call, times, **parameters):
    """The error code of each call, or None."""

    def once():
        try:
            call(**parameters)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return None

    return [once() for _time in range(times)]


@pytest.mark.parametrize(
    "service, operation, parameters, burst, code, status",
    [
        ("ec2", "delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]}, 4, "RequestLimitExceeded", 503),
        ("elbv2", "set_subnets", {"LoadBalancerArn": "x", "Subnets": ["a"]}, 10, "ThrottlingException", 400),
        ("ecs", "delete_task_definitions", {"taskDefinitions": ["x:1"]}, 5, "ThrottlingException", 400),
        ("logs", "put_retention_policy", {"logGroupName": "x", "retentionInDays": 1}, 5, "ThrottlingException", 400),
        ("ssm", "delete_parameter", {"Name": "/x"}, 3, "ThrottlingException", 400),
    ],
)
def test_each_service_refuses_in_its_own_words(cloud, service, operation, parameters, burst, code, status):
    call = getattr(cloud.client("isolated", service), operation)
    assert code not in answers(call, burst + 2, **parameters)
    conditions(cloud, throttling=True)
    codes = answers(call, burst + 2, **parameters)
    assert codes[burst:] == [code] * 2 and code not in codes[:burst]
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_throttled_call_does_nothing_and_is_counted(cloud):
    conditions(cloud, throttling=True)
    logs = cloud.client("isolated", "logs")
    for number in range(10):
        logs.create_log_group(logGroupName=f"/{number}")
    assert answers(logs.create_log_group, 2, logGroupName="/late") == ["ThrottlingException"] * 2
    assert "/late" not in [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    with urllib.request.urlopen(f"{cloud.url}/_rig/api-log") as answer:
        counters = json.load(answer)
    assert counters["throttled"] == 2
    assert counters["accounts"][ISOLATED]["logs:CreateLogGroup"]["errors"] == {"ThrottlingException": 2}


def test_latency_is_spent_side_by_side(cloud, monkeypatch):
    """All four calls are on their way at one time: were one behind the other, the first would wait in vain."""
    barrier, met = threading.Barrier(4, timeout=30), []

    def travel(seconds):
        barrier.wait()
        met.append(seconds)

    ecs = cloud.client("isolated", "ecs")
    conditions(cloud, latency=0.05)
    monkeypatch.setattr(server.time, "sleep", travel)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _call: ecs.list_clusters(), range(4)))
    assert met == [0.05] * 4
