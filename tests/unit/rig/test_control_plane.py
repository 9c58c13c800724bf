"""The server in front of every service: keys, errors, the log, the lock."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from rig.control import clock, credentials
from rig.world import Credentials

UNKNOWN = Credentials(access_key="AKIAUNKNOWNUNKNOWN00", secret_key="x", session_token="")


def refused(call, **params):
    with pytest.raises(ClientError) as error:
        call(**params)
    return error.value.response["Error"]["Code"]


@pytest.mark.parametrize(
    "service, operation, unknown, expired",
    [
        ("ec2", "describe_vpcs", "AuthFailure", "RequestExpired"),
        ("sts", "get_caller_identity", "InvalidClientTokenId", "ExpiredToken"),
        ("elbv2", "describe_load_balancers", "InvalidClientTokenId", "ExpiredToken"),
        ("ecs", "list_clusters", "UnrecognizedClientException", "ExpiredTokenException"),
        ("ssm", "describe_parameters", "UnrecognizedClientException", "ExpiredTokenException"),
    ],
)
def test_each_protocol_refuses_keys_in_its_own_words(cloud, service, operation, unknown, expired):
    assert refused(getattr(cloud.client("public", service, UNKNOWN), operation)) == unknown
    keys = credentials.issue(cloud.account("public").id, "operator")
    client = cloud.client("public", service, keys)
    getattr(client, operation)()
    credentials.expire(keys.access_key)
    assert refused(getattr(client, operation)) == expired


def test_a_temporary_key_is_nothing_without_its_token(cloud):
    keys = credentials.issue(cloud.account("public").id, "operator")
    bare = Credentials(access_key=keys.access_key, secret_key=keys.secret_key, session_token="")
    assert refused(cloud.client("public", "sts", bare).get_caller_identity) == "InvalidClientTokenId"


def test_temporary_keys_speak_for_their_role(cloud):
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    cloud.client("isolated", "iam").create_role(RoleName="task", Path="/twoway/", AssumeRolePolicyDocument=trust)
    keys = credentials.issue(cloud.account("isolated").id, "task")
    identity = cloud.client("isolated", "sts", keys).get_caller_identity()
    assert identity["Account"] == cloud.account("isolated").id
    assert identity["Arn"] == f"arn:aws:sts::{identity['Account']}:assumed-role/task/rig"


def test_each_account_has_its_own_operator(cloud):
    for name in ("public", "isolated"):
        identity = cloud.client(name, "sts").get_caller_identity()
        assert identity["Arn"] == f"arn:aws:iam::{cloud.account(name).id}:user/operator"


def test_accounts_see_their_own_things_only(cloud):
    made = cloud.client("public", "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert refused(cloud.client("isolated", "ec2").describe_vpcs, VpcIds=[made]) == "InvalidVpcID.NotFound"


@pytest.mark.parametrize(
    "service, operation, params",
    [
        ("ec2", "describe_network_insights_paths", {}),
        ("iam", "simulate_principal_policy", {"PolicySourceArn": "a" * 20, "ActionNames": ["ec2:DescribeVpcs"]}),
        ("ecs", "describe_daemon", {"daemonArn": "x"}),
    ],
)
def test_what_is_not_emulated_says_so(cloud, service, operation, params):
    with pytest.raises(ClientError) as error:
        getattr(cloud.client("public", service), operation)(**params)
    wire_name = cloud.client("public", service).meta.method_to_api_mapping[operation]
    assert error.value.response["Error"]["Code"] == "NotEmulated"
    assert wire_name in error.value.response["Error"]["Message"]


def test_calls_are_counted_with_their_errors(cloud, backdoor):
    ec2 = cloud.client("public", "ec2")
    ec2.describe_vpcs()
    refused(ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"])
    told = backdoor("GET", "api-log")
    assert told["calls"] == 2
    assert told["accounts"][cloud.account("public").id]["ec2:DescribeVpcs"] == {
        "calls": 2,
        "errors": {"InvalidVpcID.NotFound": 1},
    }
    backdoor("DELETE", "api-log")
    assert backdoor("GET", "api-log")["calls"] == 0


def test_listeners_learn_which_calls_change_something(cloud):
    heard = []
    unsubscribe = cloud.control_plane.log.subscribe(
        lambda call, answer: heard.append((call.action, call.mutating, answer.status))
    )
    ec2 = cloud.client("public", "ec2")
    ec2.describe_vpcs()
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    unsubscribe()
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert heard == [("DescribeVpcs", False, 200), ("CreateVpc", True, 200)]


def test_a_reset_leaves_aws_as_it_was_in_the_beginning(cloud, backdoor):
    ec2 = cloud.client("public", "ec2")
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    backdoor("POST", "reset")
    assert [vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]] == [True]


def test_threads_lose_no_update(cloud):
    """moto alone lost 2 of 200 principals."""
    ssm = cloud.client("public", "ssm")
    names = [f"/twoway/{number}" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: ssm.put_parameter(Name=name, Value="x", Type="String"), names))
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/twoway")
    assert len([entry for page in pages for entry in page["Parameters"]]) == len(names)


def test_the_managed_policies_of_aws_exist(cloud):
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert cloud.client("public", "iam").get_policy(PolicyArn=arn)["Policy"]["IsAttachable"]


def test_parameter_store_has_its_limits(cloud):
    """https://docs.aws.amazon.com/general/latest/gr/ssm.html"""
    ssm = cloud.client("public", "ssm")
    assert refused(ssm.put_parameter, Name="/x", Value="x" * 4097, Type="String") == "ValidationException"
    ssm.put_parameter(Name="/x", Value="x" * 4097, Type="String", Tier="Advanced")
    assert refused(ssm.put_parameter, Name="/x", Value="y", Type="String") == "ParameterAlreadyExists"
    assert refused(ssm.delete_parameters, Names=[f"/{n}" for n in range(11)]) == "ValidationException"


def test_what_is_due_happens_in_order_and_not_before_its_time():
    time, done = clock.ManualTime(), []
    clock.use(time)
    clock.call_later(2, lambda: done.append("second"))
    clock.call_later(1, lambda: done.append("first"))
    clock.call_later(0, lambda: done.append("at once"))
    assert done == ["at once"]
    assert clock.run_due() is False
    time.advance(2)
    assert clock.run_due() is True
    assert done == ["at once", "first", "second"]


def test_what_follows_from_something_late_is_late_too():
    time, done = clock.ManualTime(), []
    clock.use(time)
    clock.call_later(1, lambda: clock.call_later(1, lambda: done.append(clock.now())))
    time.advance(60)
    clock.run_due()
    assert done == [2]
    assert clock.now() == 60
