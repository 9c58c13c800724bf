"""What people do by hand on a Friday: `python -m e2e.drift` changes one thing of each kind on both sides.

Each change breaks something or weakens a guard; the next site.yml must put every one of them back.
"""

from __future__ import annotations

from . import link, sandbox

UNLISTED = "kms"


def drift() -> None:
    _opened_to_the_world()
    _closed_by_mistake()
    _endpoint_rejected()
    _listener_deleted()
    _catalogue_edited()
    _service_scaled_to_nothing()
    _service_of_aws_left_behind()
    _endpoint_opened_to_every_account()


def _opened_to_the_world() -> None:
    group = link.security_group("isolated", "services")
    sandbox.client("isolated", "ec2").authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )


def _closed_by_mistake() -> None:
    group = link.security_group("public", "inbound-endpoint")
    sandbox.client("public", "ec2").revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
    )


def _endpoint_rejected() -> None:
    rejected = sandbox.client("public", "ec2").reject_vpc_endpoint_connections(
        ServiceId=link.endpoint_service("public", "outbound")["ServiceId"],
        VpcEndpointIds=[link.endpoint("isolated", "outbound")["VpcEndpointId"]],
    )
    assert not rejected["Unsuccessful"], rejected


def _listener_deleted() -> None:
    arn = link.listener("isolated", "inbound", 443)["ListenerArn"]
    sandbox.client("isolated", "elbv2").delete_listener(ListenerArn=arn)


def _catalogue_edited() -> None:
    sandbox.client("public", "ssm").put_parameter(
        Name=f"/twoway/{sandbox.LINK}/catalog/services/orders", Value="{}", Type="String", Overwrite=True
    )


def _service_scaled_to_nothing() -> None:
    ecs = sandbox.client("isolated", "ecs")
    (arn,) = (
        one for one in sandbox.pages(ecs, "list_services", "serviceArns", cluster=sandbox.LINK) if "orders" in one
    )
    ecs.update_service(cluster=sandbox.LINK, service=arn, desiredCount=0)


def _service_of_aws_left_behind() -> None:
    """The endpoint of a service that somebody has taken off `network_aws_services` since."""
    ec2 = sandbox.client("isolated", "ec2")
    listed = link.endpoint("isolated", "logs")
    kept = {key: value for key, value in sandbox.tags_of(listed).items() if key != "Name"}
    tags = [{"Key": key, "Value": value} for key, value in {**kept, "Name": f"{sandbox.LINK}-{UNLISTED}"}.items()]
    ec2.create_vpc_endpoint(
        VpcId=listed["VpcId"],
        ServiceName=listed["ServiceName"].removesuffix("logs") + UNLISTED,
        VpcEndpointType="Interface",
        SubnetIds=listed["SubnetIds"],
        SecurityGroupIds=[group["GroupId"] for group in listed["Groups"]],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
    )


def _endpoint_opened_to_every_account() -> None:
    """To try something out, and never mended."""
    endpoint = link.endpoint("isolated", "s3")
    sandbox.client("isolated", "ec2").modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], ResetPolicy=True)


if __name__ == "__main__":
    drift()
