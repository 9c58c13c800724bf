"""interface_endpoint through its whole life: invalid, check, create, idempotent, drift, absent, absent twice."""

from __future__ import annotations

import json

import pytest
from unit.plugins.modules.interface_endpoint.scenery import (
    CREATE,
    DELETE,
    HERE,
    INTERFACES,
    LIST,
    MODIFY,
    MODULE,
    READ_ONLY,
    SERVICES,
    SUBNETS,
    TAGS,
    as_foretold,
    aws,
    log,
    tagged,
    verbs,
)

FULL_ACCESS = {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"security_group_ids": []}, "security_group_ids: no security group", id="never the default group"),
        pytest.param({"subnet_ids": None}, "subnet_ids: no subnet", id="no subnet"),
        pytest.param({"type": "Gateway"}, "route_table_ids: no route table", id="gateway without route table"),
        pytest.param({"policy": "{"}, "policy: ", id="policy that is not JSON"),
        pytest.param({"policy": {"Statements": []}}, "policy: no Statement", id="policy without statement"),
        pytest.param({"vpc_id": None}, "vpc_id: no value; allowed: an id", id="VPC not known in a real run"),
        pytest.param({"subnet_ids": [None]}, "subnet_ids: no value", id="subnet not known in a real run"),
        pytest.param({"services": ["ssm"]}, "mutually exclusive", id="one and many"),
        pytest.param({"policy": READ_ONLY, "reset_policy": True}, "mutually exclusive", id="a policy and none"),
        pytest.param({"tags": {"privatelink:side": "public"}}, "tags: no privatelink:link", id="whose"),
        pytest.param({"service_name": aws("ssn")}, f"AWS has no service {aws('ssn')}", id="no such service of AWS"),
        pytest.param({"ip_address_type": "ipv6"}, f"ipv6, but {aws('ssm')} has ipv4", id="address type not offered"),
    ],
)
def test_invalid(run, cloud, options, wrong, message):
    result = run(MODULE, HERE, **{**options, **wrong})

    assert result["failed"] and message in result["msg"] and "\n" not in result["msg"]
    assert CREATE not in cloud.calls


@pytest.mark.parametrize("vpc_id", [None, "vpc-00000000"])
def test_check_on_an_empty_account_with_ids_not_known(run, cloud, options, vpc_id):
    unknown = {"vpc_id": vpc_id, "service_name": None, "subnet_ids": [None, None], "security_group_ids": ["sg-0"]}
    result = run(MODULE, HERE, check=True, **{**options, **unknown})

    assert result["changed"] and verbs(result) == ["create"] and cloud.calls == [LIST]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["tokyo-ssm"]["subnet_ids"] == [None, None]
    assert result["interface_endpoint"]["endpoint_id"] is None
    assert result["interface_endpoint"]["zonal_dns_names"] == {}


def test_create(run, cloud, options):
    forecast = run(MODULE, HERE, check=True, **options)
    assert cloud.calls == [LIST, SUBNETS, SERVICES]
    result = run(MODULE, HERE, **options)

    assert log(cloud.calls) == [LIST, SUBNETS, SERVICES, CREATE, LIST]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    made = result["interface_endpoint"]
    assert made.keys() == forecast["interface_endpoint"].keys()
    assert made["state"] == "available" and made["private_dns_enabled"] is True
    assert made["tags"] == {**TAGS, "team": "links", "Name": "tokyo-ssm"}
    assert len(made["network_interface_ids"]) == 2
    assert made["dns_name"].startswith(f"{made['endpoint_id']}-") and made["hosted_zone_id"]
    assert len(made["zonal_dns_names"]) == 2
    assert all(zone in name for zone, name in made["zonal_dns_names"].items())
    assert result["interface_endpoints"] == [made]


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, options, endpoint, check):
    result = run(MODULE, HERE, check=check, **options)

    assert not result["changed"] and result["actions"] == []
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["interface_endpoint"] == endpoint
    assert cloud.calls == [LIST]


def other_group(here):
    return {"security_group_ids": here.security_group_ids[1:]}


def fewer_subnets(here):
    return {"subnet_ids": here.subnet_ids[:1]}


DRIFTS = [
    pytest.param(other_group, [LIST, MODIFY, LIST], id="security groups"),
    pytest.param(fewer_subnets, [LIST, SUBNETS, SERVICES, MODIFY, LIST], id="subnets"),
    pytest.param(
        lambda here: {**other_group(here), **fewer_subnets(here)},
        [LIST, SUBNETS, SERVICES, MODIFY, LIST],
        id="both in one call",
    ),
    pytest.param(lambda _here: {"private_dns_enabled": False}, [LIST, MODIFY, LIST], id="private DNS"),
    pytest.param(lambda _here: {"policy": READ_ONLY}, [LIST, SERVICES, MODIFY, LIST], id="policy"),
    pytest.param(
        lambda _here: {"dns_options": {"dns_record_ip_type": "service-defined"}},
        [LIST, MODIFY, LIST],
        id="DNS records",
    ),
    pytest.param(lambda _here: {"tags": {**TAGS, "team": "other"}}, [LIST, "CreateTags", LIST], id="tag value"),
    pytest.param(lambda _here: {"tags": TAGS}, [LIST, "DeleteTags", LIST], id="tag purged"),
]


@pytest.mark.parametrize(("drift", "calls"), DRIFTS)
def test_drift(run, cloud, options, endpoint, here, drift, calls):
    wanted = {**options, **drift(here)}
    forecast = run(MODULE, HERE, check=True, **wanted)
    looked = calls[: next(place for place, call in enumerate(calls) if not call.startswith("Describe"))]
    assert forecast["changed"] and cloud.calls == looked

    result = run(MODULE, HERE, **wanted)

    assert log(cloud.calls) == calls
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    made = result["interface_endpoint"]
    assert made["endpoint_id"] == endpoint["endpoint_id"] and made["state"] == "available"
    # The last read is what the plan foretold.
    assert {key: made[key] for key in result["diff"]["after"]["tokyo-ssm"]} == result["diff"]["after"]["tokyo-ssm"]
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_drift_back_to_the_default_policy(run, cloud, options):
    run(MODULE, HERE, **options, policy=READ_ONLY)
    assert not run(MODULE, HERE, **options)["changed"]  # not given: left alone
    result = as_foretold(run, **options, reset_policy=True)

    assert verbs(result) == ["modify"] and result["interface_endpoint"]["policy"] == FULL_ACCESS
    assert not run(MODULE, HERE, **options, reset_policy=True)["changed"]


def test_kept_tags(run, options, endpoint):
    assert not run(MODULE, HERE, **{**options, "tags": TAGS, "purge_tags": False})["changed"]


def test_a_policy_of_the_same_meaning_is_no_drift(run, options):
    run(MODULE, HERE, **options, policy=READ_ONLY)
    same = {
        "Version": "2008-10-17",
        "Statement": {"Principal": {"AWS": ["*"]}, "Action": ["SSM:get*"], "Effect": "Allow", "Resource": ["*"]},
    }

    assert not run(MODULE, HERE, **options, policy=json.dumps(same))["changed"]


def test_absent_and_absent_twice(run, cloud, ec2, options, endpoint):
    gone = {"name": options["name"], "tags": TAGS, "state": "absent"}
    assert run(MODULE, HERE, check=True, **gone)["changed"] and cloud.calls == [LIST]

    result = as_foretold(run, **gone)
    assert verbs(result) == ["delete"] and log(cloud.calls)[:4] == [LIST, DELETE, LIST, INTERFACES]
    assert result["interface_endpoint"] is None and result["interface_endpoints"] == []
    # Their subnets and groups are free now.
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    for subnet_id in options["subnet_ids"]:
        ec2.delete_subnet(SubnetId=subnet_id)

    again = run(MODULE, HERE, **gone)
    assert not again["changed"] and cloud.calls == [LIST]


def test_absent_takes_all_that_carry_our_tags(run, cloud, ec2, here, options, endpoint):
    more = {**TAGS, "Name": options["name"]}
    ec2.create_vpc_endpoint(
        VpcId=here.vpc_id,
        ServiceName=options["service_name"],
        VpcEndpointType="Interface",
        PrivateDnsEnabled=False,
        TagSpecifications=tagged(more),
    )
    result = run(MODULE, HERE, **options, state="absent")

    assert [action["verb"] for action in result["actions"]] == ["delete", "delete"]
    assert not run(MODULE, HERE, **options, state="absent")["changed"]


def test_absent_is_not_awaited_when_nobody_waits(run, cloud, options, endpoint):
    result = run(MODULE, HERE, **options, state="absent", wait=False)

    assert cloud.calls == [LIST, DELETE, LIST] and "is deleting" in result["note"]
    assert not run(MODULE, HERE, **options, state="absent", wait=False)["changed"]


def test_another_service_replaces_only_when_asked(run, options, endpoint):
    wanted = {**options, "service_name": aws("logs")}
    refused = run(MODULE, HERE, **wanted)
    assert refused["failed"] and f"service_name is {aws('ssm')}" in refused["msg"]

    result = run(MODULE, HERE, **wanted, replace=True)
    assert verbs(result) == ["delete", "create"]
    assert result["interface_endpoint"]["service_name"] == aws("logs")


def test_a_namesake_without_our_tags_is_left_alone(run, ec2, options, here):
    foreign = ec2.create_vpc_endpoint(
        VpcId=here.vpc_id, ServiceName=aws("s3"), TagSpecifications=tagged({"Name": "tokyo-ssm"})
    )["VpcEndpoint"]["VpcEndpointId"]

    assert not run(MODULE, HERE, **options, state="absent")["changed"]
    assert run(MODULE, HERE, **options)["interface_endpoint"]["endpoint_id"] != foreign


def test_two_of_ours_are_an_error(run, ec2, options, endpoint, here):
    twin = ec2.create_vpc_endpoint(
        VpcId=here.vpc_id, ServiceName=aws("s3"), TagSpecifications=tagged(endpoint["tags"])
    )["VpcEndpoint"]["VpcEndpointId"]
    result = run(MODULE, HERE, **options)

    assert result["failed"] and endpoint["endpoint_id"] in result["msg"] and twin in result["msg"]


def test_a_refusal_of_aws_carries_code_and_request_id(run, options):
    result = run(MODULE, HERE, **{**options, "vpc_id": "vpc-0123456789abcdef0"})

    assert result["failed"] and result["failure"]["code"] and result["failure"]["request_id"]
    assert "\n" not in result["msg"]
