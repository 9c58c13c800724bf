"""Who reaches what: two VPCs of one CIDR, the Internet, names, AWS."""

from __future__ import annotations

import json
from dataclasses import replace

from rig.pki import Pki
from rig.world import World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud


def test_one_address_in_two_vpcs_is_two_places(client: Agent, insider: Agent, cloud: Cloud, base: World):
    """Both agents are 10.0.10.10. What is open to one is not there for the other."""
    opened = worlds.with_rules(base, "sg-tasks", worlds.rule("tcp", cidr="0.0.0.0/0"))
    cloud.apply(opened)
    assert insider.connect("10.0.11.50", 8443) == "open"
    assert client.connect("10.0.11.50", 8443) == "timeout"
    assert insider.connect("10.0.10.20", 443) == "timeout"  # the public side's endpoint


def test_a_port_that_no_rule_names_is_closed(client: Agent, cloud: Cloud, base: World):
    assert client.connect("10.0.10.20", 444) == "timeout"
    cloud.apply(worlds.with_rules(base, "sg-endpoint", worlds.rule("tcp", 444, group="sg-client")))
    assert client.connect("10.0.10.20", 443) == "timeout"
    assert client.connect("10.0.10.20", 444) == "ConnectionRefusedError"  # let in; nobody is there


def test_egress_rules_count_too(client: Agent, cloud: Cloud, base: World):
    cloud.apply(worlds.change(base, "security_groups", "sg-client", egress=(worlds.rule("tcp", 80, cidr="0.0.0.0/0"),)))
    assert client.connect("10.0.10.20", 443) == "timeout"


def test_an_established_connection_outlives_its_rule(client: Agent, cloud: Cloud, base: World, ca: str):
    client.open("held", f"https://orders.{worlds.DOMAIN}", ca=ca, to=(worlds.ENDPOINT_NAME, 443))
    cloud.apply(worlds.with_rules(base, "sg-endpoint"))
    assert client.connect(worlds.ENDPOINT_NAME, 443) == "timeout"
    assert client.again("held", "/")["status"] == 200


def test_a_private_subnet_reaches_the_internet_as_its_nat_gateway(client: Agent, pki: Pki):
    answer = client.fetch("https://api.partner.example/v1?q=2", ca=str(pki.public.path))
    told = json.loads(answer["body"])
    assert (told["host"], told["path"], told["client"]) == ("api.partner.example", "/v1?q=2", "54.64.0.10")
    elsewhere = client.fetch("https://api.partner.example:8443/", ca=str(pki.public.path))
    assert elsewhere["status"] == 200


def test_without_a_nat_gateway_there_is_no_way_out(client: Agent, insider: Agent, cloud: Cloud, base: World):
    assert insider.resolve("api.partner.example") == client.resolve("api.partner.example")
    assert insider.connect("api.partner.example", 443) == "timeout"
    cloud.apply(replace(base, nat_gateways=()))
    assert client.connect("api.partner.example", 443) == "timeout"


def test_a_public_address_needs_a_route_to_the_internet_gateway(cloud: Cloud, base: World, client: Agent, pki: Pki):
    public = worlds.change(base, "interfaces", "eni-client", public_address="54.64.0.11")
    subnets = tuple(
        replace(subnet, default_route="igw-1") if subnet.id == "private-a" else subnet for subnet in base.subnets
    )
    cloud.apply(replace(public, subnets=subnets))
    answer = client.fetch("https://api.partner.example/", ca=str(pki.public.path))
    assert json.loads(answer["body"])["client"] == "54.64.0.11"


def test_the_internets_certificates_are_not_the_companys(client: Agent, ca: str):
    assert client.fetch("https://api.partner.example/", ca=ca) == "tls: unable to get local issuer certificate"


def test_names_resolve_where_aws_says_they_do(client: Agent, insider: Agent, cloud: Cloud, base: World):
    api = f"api.ecr.{worlds.REGION}.amazonaws.com"
    assert insider.resolve(api) == ["10.0.10.60"]  # the endpoint's private name, in its own VPC alone
    assert client.resolve(api) == ["52.119.224.10"]
    assert client.resolve(worlds.ENDPOINT_NAME) == ["10.0.10.20", "10.0.11.20"]
    assert client.resolve(f"tokyo-inbound-1.elb.{worlds.REGION}.amazonaws.com") == ["10.0.10.30", "10.0.11.30"]
    assert insider.resolve("ip-10-0-10-50.ap-northeast-1.compute.internal") == ["10.0.10.50"]
    assert client.resolve("nobody.invalid") == "gaierror"
    assert client.resolve("169-254-169-254.address.example") == ["169.254.169.254"]


def test_aws_answers_through_an_endpoint_and_from_the_internet(client: Agent, insider: Agent, pki: Pki):
    trusted = str(pki.rig.path)
    inside = insider.fetch(f"https://api.ecr.{worlds.REGION}.amazonaws.com/", ca=trusted)
    assert (inside["status"], inside["body"]) == (200, f"api.ecr.{worlds.REGION}.amazonaws.com")
    assert client.fetch(f"https://ssm.{worlds.REGION}.amazonaws.com/", ca=trusted)["status"] == 200
    assert insider.connect(f"ssm.{worlds.REGION}.amazonaws.com", 443) == "timeout"  # no endpoint for it there


def noted(agent: Agent, host: str, pki: Pki) -> dict[str, str]:
    """What the front doors tell the control plane of the way, whatever the caller says of it."""
    forged = dict.fromkeys(("x-rig-endpoint", "x-rig-vpc", "x-rig-gateway-service", "x-rig-source"), "forged")
    answer = agent.fetch(f"https://{host}/", ca=str(pki.rig.path), headers=forged)
    return {name: value for name, value in answer["headers"].items() if name.startswith("x-rig-")}


def test_the_way_a_call_has_come_is_noted_for_the_endpoints_policy(client: Agent, insider: Agent, pki: Pki):
    api, bucket = f"api.ecr.{worlds.REGION}.amazonaws.com", f"bucket.s3.{worlds.REGION}.amazonaws.com"
    assert noted(insider, api, pki) == {"x-rig-endpoint": "vpce-aws", "x-rig-source": "10.0.10.10"}
    by_the_gateway = {"x-rig-gateway-service": "s3", "x-rig-source": "10.0.10.10"}
    assert noted(insider, bucket, pki) == {"x-rig-vpc": worlds.ISOLATED, **by_the_gateway}
    assert noted(client, api, pki) == {}  # from the Internet


def test_an_endpoint_serves_no_other_service(insider: Agent, pki: Pki):
    other = f"https://ssm.{worlds.REGION}.amazonaws.com/"
    assert insider.fetch(other, ca=str(pki.rig.path), to=("10.0.10.60", 443))["status"] == 404


def test_s3_needs_the_gateway_endpoints_route(insider: Agent, cloud: Cloud, base: World):
    bucket = f"bucket.s3.{worlds.REGION}.amazonaws.com"
    assert insider.connect(bucket, 443) == "open"
    cloud.apply(replace(base, subnets=tuple(replace(subnet, gateway_endpoints=()) for subnet in base.subnets)))
    assert insider.connect(bucket, 443) == "timeout"
