"""Breaking the real thing breaks the traffic; mending it brings it back.

Each test breaks one thing with plain boto3, asks through the whole path, and puts the thing back.
"""

import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e import certificates, link, sandbox, services, task

SETTLED_WITHIN = 60.0


def asked() -> dict:
    return task.ask(task.public_requests(services.targets(), seconds=1.0, pause=0.1))


def all_answer() -> bool:
    return all(told["ok"] and not told["failed"] for told in asked().values())


def none_answers() -> bool:
    return all(told["failed"] and not told["ok"] for told in asked().values())


def await_that(condition, what: str) -> None:
    deadline = time.monotonic() + SETTLED_WITHIN
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not so within {SETTLED_WITHIN} s; last answers: {asked()}"


@contextmanager
def broken_until_mended(what: str, mend):
    """The body broke something: traffic must stop, and come back once `mend` has run."""
    await_that(all_answer, "the link stands before anything is broken")
    try:
        yield
        await_that(none_answers, what)
    finally:
        mend()
    await_that(all_answer, f"mended: {what}")


def test_a_removed_security_group_rule_stops_traffic():
    """At the door, where every client connects anew: connections that stand outlive the rule that let them in.

    docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
    """
    ec2 = sandbox.client("public", "ec2")
    group = link.security_group("public", "service-proxy-door")
    permissions = group["IpPermissions"]

    def mend():
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=permissions)

    with broken_until_mended("the door's group lets nobody in", mend):
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=permissions)


def test_a_certificate_of_another_authority_stops_traffic():
    elbv2 = sandbox.client("isolated", "elbv2")
    listener = link.listener("isolated", "services-1", 443)
    ours = [{"CertificateArn": one["CertificateArn"]} for one in listener["Certificates"]]
    other = certificates.import_from_another_authority("isolated", f"*.{services.DOMAIN}")

    def mend():
        elbv2.modify_listener(ListenerArn=listener["ListenerArn"], Certificates=ours)
        sandbox.client("isolated", "acm").delete_certificate(CertificateArn=other)

    with broken_until_mended("the service proxy trusts no other authority", mend):
        elbv2.modify_listener(ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": other}])


def test_an_endpoint_not_accepted_carries_nothing():
    provider = sandbox.client("isolated", "ec2")
    connection = {
        "ServiceId": link.endpoint_service("isolated", "inbound")["ServiceId"],
        "VpcEndpointIds": [link.endpoint("public", "inbound")["VpcEndpointId"]],
    }

    def mend():
        assert not provider.accept_vpc_endpoint_connections(**connection)["Unsuccessful"]

    with broken_until_mended("the provider rejected the endpoint", mend):
        assert not provider.reject_vpc_endpoint_connections(**connection)["Unsuccessful"]


def test_a_removed_listener_stops_traffic():
    elbv2 = sandbox.client("isolated", "elbv2")
    listener = link.listener("isolated", "inbound", 443)
    balancer = listener["LoadBalancerArn"]
    tags = elbv2.describe_tags(ResourceArns=[listener["ListenerArn"]])["TagDescriptions"][0]["Tags"]

    def mend():
        elbv2.create_listener(
            LoadBalancerArn=balancer,
            Port=443,
            Protocol="TCP",
            DefaultActions=listener["DefaultActions"],
            **({"Tags": tags} if tags else {}),
        )

    with broken_until_mended("the NLB listens no more", mend):
        elbv2.delete_listener(ListenerArn=listener["ListenerArn"])


def test_a_wrong_health_path_takes_the_service_down():
    """ECS replaces tasks that its target group calls unhealthy, again and again, and requests fail meanwhile.

    docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
    """
    elbv2 = sandbox.client("isolated", "elbv2")
    group = link.target_group("isolated", "orders-stable")
    arn = group["TargetGroupArn"]

    def states():
        health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return {one["TargetHealth"]["State"] for one in health}

    def orders_fails():
        return task.ask(task.public_requests([services.target("orders")], seconds=2.0, pause=0.05))["orders"]["failed"]

    await_that(all_answer, "the link stands before anything is broken")
    try:
        elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckPath="/no-such-path")
        await_that(lambda: "unhealthy" in states(), "the target is told unhealthy")
        await_that(orders_fails, "requests fail while tasks are replaced")
    finally:
        elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckPath=group["HealthCheckPath"])
    await_that(all_answer, "the right path is back")


@pytest.mark.parametrize("name", ["ca", "certificate", "private_key"])
def test_the_sandbox_keeps_its_keys_in_its_own_directory(name):
    assert Path(sandbox.facts()["pki"][name]).is_relative_to(sandbox.directory())
