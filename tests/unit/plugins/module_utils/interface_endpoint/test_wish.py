"""From options to wishes, and what may not be wished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Address, DnsOptions
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import FULL_ACCESS
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import (
    aws_service_name,
    short_name,
)
from unit.plugins.module_utils.interface_endpoint.scenery import FOUND, GATEWAY, LISTS, PARAMS, REGION, desired


def fixed(**entry):
    return {"subnet_configurations": [{"subnet_id": "subnet-1", "ipv4": "10.0.0.9", "ipv6": None, **entry}]}


WRONG = [
    pytest.param({"subnet_ids": []}, "subnet_ids: no subnet", id="no subnet"),
    pytest.param({"security_group_ids": None}, "security_group_ids: no security group", id="never the default group"),
    pytest.param({**GATEWAY, "route_table_ids": []}, "route_table_ids: no route table", id="gateway without table"),
    pytest.param(
        {**LISTS, "route_table_ids": None}, "route_table_ids: no route table", id="listed gateway without one"
    ),
    pytest.param(
        {"type": "GatewayLoadBalancer", "security_group_ids": None},
        "subnet_ids: 2 subnets",
        id="two zones, load balanced",
    ),
    *(
        pytest.param({**GATEWAY, option: value}, f"{option}: it says nothing about", id=f"{option} of a gateway")
        for option, value in (
            ("subnet_ids", ["subnet-1"]),
            ("security_group_ids", ["sg-1"]),
            ("private_dns_enabled", True),
            ("service_region", "eu-west-1"),
            *fixed().items(),
        )
    ),
    pytest.param({"route_table_ids": ["rtb-1"]}, "allowed: it with Gateway", id="tables of an interface endpoint"),
    pytest.param(fixed(ipv4="10.0.0"), r"subnet_configurations\[0\].ipv4: 10.0.0; allowed: an IPv4", id="bad IPv4"),
    pytest.param(fixed(ipv4="fd00::1"), "allowed: an IPv4 address", id="IPv6 for IPv4"),
    pytest.param(fixed(ipv6="fd00::1"), "no such address with ip_address_type ipv4", id="a family too many"),
    pytest.param(fixed(ipv4=None), r"subnet_configurations\[0\].ipv4: no address", id="no address"),
    pytest.param({**fixed(), "ip_address_type": "dualstack"}, "ipv6: no address", id="a family too few"),
    pytest.param({**fixed(ipv6="x"), "ip_address_type": "dualstack"}, "ipv6: x; allowed: an IPv6", id="bad IPv6"),
    pytest.param({**fixed(), **LISTS}, "fixed addresses for many endpoints", id="addresses for many"),
    pytest.param(
        {"subnet_configurations": fixed()["subnet_configurations"] * 2},
        "subnet_id subnet-1 more than once",
        id="subnet twice",
    ),
    pytest.param(
        {
            "subnet_configurations": [
                *fixed()["subnet_configurations"],
                *fixed(subnet_id="s-2")["subnet_configurations"],
            ]
        },
        "ipv4 10.0.0.9 more than once",
        id="address twice",
    ),
    pytest.param(
        {"ip_address_type": "ipv4", "dns_options": {"dns_record_ip_type": "ipv6"}},
        "dns_options.dns_record_ip_type: ipv6 with ip_address_type ipv4",
        id="records of another family",
    ),
    pytest.param({**LISTS, "services": ["a", "a", "b"]}, "services: a more than once; allowed: each once", id="twice"),
    pytest.param(
        {**LISTS, "gateway_services": ["s3", "s3"]}, "gateway_services: s3 more than once", id="gateway twice"
    ),
    pytest.param({"purge_services": True}, "purge_services: no list of services", id="purge without list"),
    pytest.param(
        {**LISTS, "policies": {"x": {}}}, "policies: x, which the task does not list; allowed: ssm, s3", id="x"
    ),
    pytest.param({"policies": {"x": {}}}, "policies: x, which the task does not list; allowed: nothing", id="no list"),
    pytest.param({**LISTS, "policies": {"ssm": {}}}, r"policies\[ssm\]: no Statement", id="bad policy of one"),
    pytest.param({"policy": "{"}, "policy: .*; allowed: a JSON document", id="policy that is not JSON"),
    pytest.param({"policy": "[]"}, "policy: no Statement; allowed: a policy document", id="policy that is a list"),
    pytest.param({"policy": {"Statement": "x" * 20_464}}, "policy: 20481 characters; allowed: 20480", id="long policy"),
    pytest.param({"tags": {}}, "tags: no privatelink:link", id="whose"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_refused(options, message):
    with pytest.raises(PrivateLinkError, match=message):
        desired(**options)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"subnet_ids": None, **fixed()}, id="subnets by their addresses alone"),
        pytest.param({**fixed(ipv4=None, ipv6="fd00::1"), "ip_address_type": "ipv6"}, id="IPv6 only"),
        pytest.param({"route_table_ids": [], "private_dns_enabled": False}, id="nothing given says nothing"),
        pytest.param({**GATEWAY, "private_dns_enabled": False, "subnet_ids": []}, id="nor for a gateway"),
        pytest.param({**LISTS, "services": []}, id="no interface endpoint needs no more"),
        pytest.param({**LISTS, "services": [], "gateway_services": [], "subnet_ids": None}, id="an empty list"),
        pytest.param({"dns_options": {"dns_record_ip_type": "ipv6"}}, id="records of an address type not given"),
        pytest.param({"policy": {"Statement": "x" * 20_463}}, id="the longest policy"),
        pytest.param({**GATEWAY, "route_table_ids": None, "state": "absent"}, id="to take away needs only the name"),
        pytest.param({"subnet_ids": None, "security_group_ids": None, "state": "absent"}, id="of any type"),
    ],
)
def test_allowed(options):
    desired(**options)


def wish(**options):
    [only] = desired(**options).wishes
    return only


def test_one_wish():
    made = wish(
        **fixed(), dns_options={"dns_record_ip_type": "ipv4"}, subnet_ids=["subnet-2"], service_region="eu-west-1"
    )

    assert (made.name, made.what, made.listed, made.remote) == ("door", "interface endpoint door", False, True)
    assert made.subnet_ids == ("subnet-1", "subnet-2")
    assert made.addresses == {"subnet-1": Address(ipv4="10.0.0.9")}
    assert made.dns_options == DnsOptions(dns_record_ip_type="ipv4")
    assert made.private_dns_enabled is False and made.policy is None
    assert made.tags == {"privatelink:link": "tokyo", "Name": "door"}
    assert not wish().remote and not wish(service_region=REGION).remote


def test_a_subnet_not_known_yet_has_no_address_yet():
    made = desired(subnet_ids=None, **fixed(subnet_id="None"))

    assert made.wishes[0].subnet_ids == (None,) and made.wishes[0].addresses == {}
    assert made.unknown == ("subnet_ids",)


def test_lists():
    options = {
        **LISTS,
        "policy": {"Statement": [1]},
        "policies": {"ssm": '{"Statement": []}'},
        "dns_options": {"private_dns_only_for_inbound_resolver_endpoint": True},
        "service_region": None,
    }
    ssm, s3 = desired(**options).wishes

    assert (ssm.name, ssm.type, ssm.service_name) == ("door-ssm", "Interface", "com.amazonaws.ap-northeast-1.ssm")
    assert (s3.name, s3.type, s3.service_name) == ("door-s3", "Gateway", "com.amazonaws.ap-northeast-1.s3")
    assert ssm.listed and s3.listed and ssm.of_aws and ssm.accepted_at_once
    assert (ssm.policy, s3.policy) == ('{"Statement": []}', '{"Statement": [1]}')
    assert (ssm.private_dns_enabled, s3.private_dns_enabled) == (True, False)
    assert (ssm.subnet_ids, s3.subnet_ids) == (("subnet-1", "subnet-2"), ())
    assert (ssm.security_group_ids, s3.security_group_ids) == (("sg-1",), ())
    assert (ssm.route_table_ids, s3.route_table_ids) == ((), ("rtb-1",))
    assert ssm.dns_options.given and not s3.dns_options.given


def test_lists_of_another_region():
    ssm, s3 = desired(**{**LISTS, "service_region": "us-east-1"}).wishes

    assert ssm.service_name == "com.amazonaws.us-east-1.ssm" and ssm.remote and ssm.service_region == "us-east-1"
    assert s3.service_region is None


def test_the_default_policy():
    assert wish(reset_policy=True).policy == FULL_ACCESS
    assert desired(**LISTS, reset_policy=True, policies={"ssm": '{"Statement": []}'}).wishes[0].policy != FULL_ACCESS


@pytest.mark.parametrize(
    ("service", "region", "name", "short"),
    [
        ("ecr.api", "ap-northeast-1", "com.amazonaws.ap-northeast-1.ecr.api", "ecr.api"),
        ("ssm", "cn-north-1", "cn.com.amazonaws.cn-north-1.ssm", "ssm"),
        ("com.amazonaws.eu-west-1.ssm", "ap-northeast-1", "com.amazonaws.eu-west-1.ssm", "ssm"),
        ("aws.api.eu-west-1.kafka", "eu-west-1", "aws.api.eu-west-1.kafka", "api.eu-west-1.kafka"),
        ("com.amazonaws.iam", "us-east-1", "com.amazonaws.iam", "com.amazonaws.iam"),
    ],
)
def test_service_names(service, region, name, short):
    assert aws_service_name(service, region) == name
    assert short_name(name) == short


OURS = {"privatelink:link": "tokyo", "privatelink:role": "network"}
SOMEBODYS = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0"
LOGS = {"service_name": "com.amazonaws.ap-northeast-1.logs", "name": "door-logs", "tags": OURS}


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        pytest.param({}, True, id="once listed"),
        pytest.param({"name": "door-com.amazonaws.ap-northeast-1.logs"}, True, id="once listed by its full name"),
        pytest.param({"name": "door"}, False, id="another name"),
        pytest.param({"name": "door-ssm", "tags": OURS}, True, id="listed now"),
        pytest.param({"name": "door-ssm", "type": "Gateway"}, False, id="a name of another service"),
        pytest.param({"service_name": SOMEBODYS, "name": f"door-{SOMEBODYS}"}, True, id="somebody's, once listed"),
        pytest.param({"service_name": SOMEBODYS, "name": "door-vpce"}, False, id="somebody's"),
        pytest.param({"service_name": None}, False, id="of no service"),
        pytest.param({"tags": {**OURS, "privatelink:role": "other"}}, False, id="another role"),
        pytest.param({"tags": {"privatelink:role": "network"}}, False, id="not ours"),
    ],
)
def test_whom_a_list_concerns(change, concerned):
    wanted = desired(**LISTS, tags=OURS, purge_services=True)

    assert wanted.concerns(replace(FOUND, **{**LOGS, **change})) is concerned


def test_without_purge_only_what_is_listed():
    wanted = desired(**LISTS, tags=OURS)

    assert not wanted.concerns(replace(FOUND, **LOGS))
    assert wanted.concerns(replace(FOUND, name="door-ssm", tags=OURS))
    assert not wanted.concerns(replace(FOUND, name="door-ssm", tags={}))


def test_one_endpoint_is_known_by_its_name_whatever_its_type():
    assert desired().concerns(FOUND) and desired().concerns(replace(FOUND, type="Gateway"))
    assert not desired().concerns(replace(FOUND, name="other"))


def test_unknown_options_are_named_once():
    made = desired(vpc_id="None", subnet_ids=[None, "subnet-1"], security_group_ids=[""])

    assert made.unknown == ("vpc_id", "subnet_ids", "security_group_ids")
    assert desired(**{**LISTS, "vpc_id": None}).unknown == ("vpc_id",)
    assert desired().unknown == () and PARAMS["subnet_ids"] == ["subnet-1", "subnet-2"]
