"""What Fargate fetches for a task comes through the endpoints of its VPC, whose policies must let it.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.perimeter import Perimeter

REGION, OURS, THEIRS = "ap-northeast-1", "222222222222", "333333333333"
OWN_IMAGE = f"{OURS}.dkr.ecr.{REGION}.amazonaws.com/shop/orders:1"
THEIR_IMAGE = f"{THEIRS}.dkr.ecr.{REGION}.amazonaws.com/shop/orders:1"
SERVICES = ("ecr.api", "ecr.dkr", "logs", "ssm", "s3")


@pytest.fixture
def endpoints(cloud, ec2, network):
    """endpoints(policies by service): all that a task needs, the S3 one in the main route table."""
    ec2.modify_vpc_attribute(VpcId=network.vpc_id, EnableDnsHostnames={"Value": True})
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [network.vpc_id]}])["RouteTables"]

    def make(policies: dict[str, dict]) -> None:
        for service in SERVICES:
            where = (
                {"VpcEndpointType": "Gateway", "RouteTableIds": [table["RouteTableId"]]}
                if service == "s3"
                else {"VpcEndpointType": "Interface", "SubnetIds": network.subnet_ids}
            )
            name = f"com.amazonaws.{REGION}.{service}"
            policy = json.dumps(policies[service])
            ec2.create_vpc_endpoint(VpcId=network.vpc_id, ServiceName=name, PolicyDocument=policy, **where)
        cloud.clock.advance(10)

    return make


def policies(images=(), without: str = "") -> dict[str, dict]:
    """The link's own, without the statement of that name."""
    perimeter = Perimeter.around(REGION, [OURS], (), images)
    made = {service: perimeter.policy(service) for service in SERVICES}
    for document in made.values():
        document["Statement"] = [one for one in document["Statement"] if one["Sid"] != without]
    return made


def outcome(fleet, plane, image: str, **container) -> str:
    """The stopped reason of a task of that image, or "" if it starts."""
    task = fleet.run(fleet.definition(image=image, **container))
    plane.round(3)
    return fleet.task(task["taskArn"]).get("stoppedReason", "")


@pytest.mark.parametrize(
    ("image", "named"), [(OWN_IMAGE, []), (THEIR_IMAGE, [THEIR_IMAGE])], ids=["our image", "another account's"]
)
def test_a_task_starts_through_endpoints_that_carry_the_links_policies(fleet, plane, endpoints, image, named):
    endpoints(policies(named))
    assert outcome(fleet, plane, image) == ""


@pytest.mark.parametrize(
    ("image", "without", "reason"),
    [
        (OWN_IMAGE, "ImageLayers", "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy"),
        (
            THEIR_IMAGE,
            "",
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve",
        ),
        (OWN_IMAGE, "OwnAccounts", "CannotPullContainerError: pull image manifest has been retried 1 time(s)"),
    ],
)
def test_without_what_it_needs_it_does_not(fleet, plane, endpoints, image, without, reason):
    endpoints(policies(without=without))
    assert outcome(fleet, plane, image).startswith(reason)


def test_a_token_is_asked_for_first(fleet, plane, endpoints):
    endpoints({**policies(), "ecr.api": {"Statement": []}})
    reason = outcome(fleet, plane, OWN_IMAGE)
    assert reason.startswith("ResourceInitializationError: unable to pull secrets or registry auth")
    assert reason.endswith("because no VPC endpoint policy allows the ecr:GetAuthorizationToken action")


def test_the_log_driver_goes_through_an_endpoint_too(fleet, plane, endpoints):
    endpoints({**policies(), "logs": {"Statement": []}})
    reason = outcome(fleet, plane, "shop/orders:1")
    assert reason.startswith("ResourceInitializationError: failed to validate logger args")
    assert "no VPC endpoint policy allows the logs:CreateLogStream action" in reason


def test_secrets_go_through_an_endpoint_too(fleet, plane, cloud, endpoints):
    arn = f"arn:aws:ssm:{REGION}:{OURS}:parameter/key"
    cloud.client("isolated", "ssm").put_parameter(Name="/key", Value="hidden", Type="String")
    iam = cloud.client("isolated", "iam")
    iam.create_role(RoleName="tokyo-services", AssumeRolePolicyDocument="{}")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="tokyo-services", PolicyName="all", PolicyDocument=json.dumps(allow))
    endpoints({**policies(), "ssm": {"Statement": []}})
    reason = outcome(fleet, plane, OWN_IMAGE, secrets=[{"name": "KEY", "valueFrom": arn}])
    assert "unable to retrieve secrets from ssm" in reason
    assert f"{arn} because no VPC endpoint policy allows the ssm:GetParameters action" in reason


def test_without_endpoints_nothing_stands_in_the_way(fleet, plane):
    assert outcome(fleet, plane, THEIR_IMAGE) == ""
