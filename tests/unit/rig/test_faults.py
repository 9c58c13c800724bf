"""What AWS does to any call now and then, done when a test asks for it."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

VPC = {"CidrBlock": "10.0.0.0/16"}


@pytest.fixture
def faults(cloud):
    return cloud.control_plane.faults


@pytest.fixture
def ec2(cloud):
    return cloud.client("isolated", "ec2")


def outcome(call, **params):
    """ "done", or the error code and HTTP status that the call ends in."""
    try:
        call(**params)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return "done"


@pytest.mark.parametrize(
    ("service", "operation", "action", "throttle", "unavailable"),
    [
        ("ec2", "describe_vpcs", "DescribeVpcs", ("RequestLimitExceeded", 503), ("Unavailable", 503)),
        (
            "elbv2",
            "describe_load_balancers",
            "DescribeLoadBalancers",
            ("ThrottlingException", 400),
            ("ServiceUnavailable", 503),
        ),
        ("ecs", "list_clusters", "ListClusters", ("ThrottlingException", 400), ("InternalServerError", 500)),
        (
            "ssm",
            "describe_parameters",
            "DescribeParameters",
            ("ThrottlingException", 400),
            ("InternalServerError", 500),
        ),
    ],
)
def test_each_protocol_throttles_and_fails_in_its_own_words(
    cloud, faults, service, operation, action, throttle, unavailable
):
    call = getattr(cloud.client("isolated", service), operation)
    faults.arm({"action": action, "kind": "throttle", "times": 2})
    faults.arm({"action": action, "kind": "unavailable"})

    assert [outcome(call) for _turn in range(4)] == [throttle, throttle, unavailable, "done"]


def test_what_was_refused_was_not_done(faults, ec2):
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults.arm({"action": "CreateVpc", "kind": "error", "code": "VpcLimitExceeded", "message": "too many"})

    with pytest.raises(ClientError, match="VpcLimitExceeded.*too many"):
        ec2.create_vpc(**VPC)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


def test_ec2_says_200_and_lists_what_it_did_not_do(faults, ec2):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html"""
    wanted = ["vpce-00000000000000001", "vpce-00000000000000002"]
    faults.arm(
        {"action": "DeleteVpcEndpoints", "kind": "unsuccessful", "code": "InternalError", "message": "a bad day"}
    )

    refused = ec2.delete_vpc_endpoints(VpcEndpointIds=wanted)["Unsuccessful"]
    assert refused == [
        {"ResourceId": one, "Error": {"Code": "InternalError", "Message": "a bad day"}} for one in wanted
    ]


def test_what_was_lost_was_done(cloud, faults, ec2):
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults.arm({"action": "CreateVpc", "kind": "lost"})

    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(**VPC)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1
    assert cloud.control_plane.log.counters()["accounts"]["222222222222"]["ec2:CreateVpc"]["calls"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_was_lost_may_be_answered_with_a_server_error(faults, ec2, status):
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults.arm({"action": "CreateVpc", "kind": "lost", "status": status})

    assert outcome(ec2.create_vpc, **VPC) == ("InternalError", status)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1


def test_what_was_lost_is_done_again_by_an_sdk_that_sends_it_again(cloud, faults, ec2):
    owner = cloud.account("isolated")
    keys = {"aws_access_key_id": owner.access_key, "aws_secret_access_key": owner.secret_key}
    again = boto3.client("ec2", region_name=cloud.settings.region, endpoint_url=cloud.url, **keys)
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults.arm({"action": "CreateVpc", "kind": "lost"})
    again.create_vpc(**VPC)

    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 2


def test_a_list_lags_behind(faults, ec2):
    """https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html"""
    faults.arm({"action": "DescribeVpcs", "kind": "stale", "after": 1, "times": 2})
    before = len(ec2.describe_vpcs()["Vpcs"])
    made = ec2.create_vpc(**VPC)["Vpc"]["VpcId"]

    assert [len(ec2.describe_vpcs()["Vpcs"]) for _turn in range(3)] == [before, before, before + 1]
    assert [one["VpcId"] for one in ec2.describe_vpcs(VpcIds=[made])["Vpcs"]] == [made]


def test_a_question_never_asked_before_has_no_stale_answer(faults, ec2):
    faults.arm({"action": "DescribeVpcs", "kind": "stale", "seconds": 60})
    made = ec2.create_vpc(**VPC)["Vpc"]["VpcId"]
    found = [{"Name": "vpc-id", "Values": [made]}]

    assert len(ec2.describe_vpcs(Filters=found)["Vpcs"]) == 1
    ec2.delete_vpc(VpcId=made)
    assert len(ec2.describe_vpcs(Filters=found)["Vpcs"]) == 1


def test_until_its_time_is_over(cloud, faults, ec2):
    faults.arm({"action": "DescribeVpcs", "kind": "throttle", "seconds": 30})
    found = []
    for _look in range(3):
        found.append(outcome(ec2.describe_vpcs))
        cloud.clock.advance(15)

    assert found == [("RequestLimitExceeded", 503), ("RequestLimitExceeded", 503), "done"]


@pytest.mark.parametrize(
    ("narrow", "struck"),
    [
        pytest.param({"account": "111111111111"}, False, id="another account"),
        pytest.param({"account": "222222222222"}, True, id="this account"),
        pytest.param({"service": "ecs"}, False, id="another service"),
        pytest.param({"service": "ec2"}, True, id="this service"),
        pytest.param({"holding": "10.9.0.0"}, False, id="another request"),
        pytest.param({"holding": "10.0.0.0"}, True, id="this request"),
        pytest.param({"after": 1}, False, id="not the first"),
    ],
)
def test_it_strikes_only_what_it_names(faults, ec2, narrow, struck):
    faults.arm({"action": "CreateVpc", "kind": "throttle", **narrow})

    assert (outcome(ec2.create_vpc, **VPC) == "done") is not struck


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "explode"}, "kind: 'explode'; allowed: throttle, unavailable, error, unsuccessful, lost, stale"),
        ({"kind": "error"}, "code: nothing"),
        ({"kind": "unsuccessful"}, "code: nothing"),
        ({"kind": "lost", "time": 3}, "unexpected keyword"),
    ],
)
def test_what_is_no_fault(faults, wrong, message):
    with pytest.raises((ValueError, TypeError), match=message):
        faults.arm({"action": "CreateVpc", **wrong})


def test_the_back_door_arms_tells_and_clears(cloud, backdoor, ec2):
    backdoor("POST", "faults", {"action": "DescribeVpcs", "kind": "throttle", "times": 5})
    assert outcome(ec2.describe_vpcs) == ("RequestLimitExceeded", 503)

    [told] = backdoor("GET", "faults")
    assert (told["action"], told["times"], told["struck"]) == ("DescribeVpcs", 5, 1)
    backdoor("DELETE", "faults")
    assert outcome(ec2.describe_vpcs) == "done"
    backdoor("POST", "faults", {"action": "DescribeVpcs", "kind": "throttle"})
    backdoor("POST", "reset")
    assert outcome(ec2.describe_vpcs) == "done"
