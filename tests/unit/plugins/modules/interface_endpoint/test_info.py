"""interface_endpoint_info."""

from __future__ import annotations

import pytest
from unit.plugins.modules.interface_endpoint.scenery import HERE, INTERFACES, LIST, MODULE, TAGS, aws

INFO = "interface_endpoint_info"


def shown(run, **narrowed):
    return [one["endpoint_id"] for one in run(INFO, HERE, **narrowed)["interface_endpoints"]]


def test_one_with_everything(run, cloud, ec2, options, endpoint):
    [found] = run(INFO, HERE, name="tokyo-ssm", tags=TAGS)["interface_endpoints"]

    assert cloud.calls == [LIST, INTERFACES]
    told = ec2.describe_network_interfaces()["NetworkInterfaces"]
    addresses = {one["SubnetId"]: {"ipv4": one["PrivateIpAddress"], "ipv6": None} for one in told}
    assert len(told) == 2 and {**found, "dropped_subnets": []} == {**endpoint, "addresses": addresses}


def test_none_by_name_is_every_type_and_state(run, cloud, many, options):
    run(MODULE, HERE, **many)
    run(MODULE, HERE, **options)
    run(MODULE, HERE, **options, state="absent", wait=False)

    rows = run(INFO, HERE)["interface_endpoints"]
    assert [(one["name"], one["type"], one["state"]) for one in rows] == [
        ("tokyo-ecr.api", "Interface", "available"),
        ("tokyo-logs", "Interface", "available"),
        ("tokyo-s3", "Gateway", "available"),
        ("tokyo-ssm", "Interface", "deleting"),
    ]
    assert rows[2]["addresses"] == {}


def test_each_option_narrows(run, endpoint, gateway):
    made = run(MODULE, HERE, **gateway)["interface_endpoint"]["endpoint_id"]
    ours = endpoint["endpoint_id"]

    assert shown(run, vpc_id=endpoint["vpc_id"]) == [made, ours]
    assert shown(run, endpoint_ids=[ours, "vpce-0123456789abcdef0"]) == [ours]
    assert shown(run, service_names=[aws("ssm")]) == [ours]
    assert shown(run, types=["Gateway"]) == [made]
    assert shown(run, states=["available"], tags={"team": "links"}) == [ours]
    assert shown(run, states=["pending", "deleting"]) == []


@pytest.mark.parametrize(
    "narrowed",
    [{"name": "other"}, {"name": "tokyo-*"}, {"vpc_id": "vpc-0"}, {"tags": {"team": "other"}}, {"endpoint_ids": []}],
    ids=str,
)
def test_what_is_not_there(run, endpoint, narrowed):
    assert shown(run, **narrowed) == []


@pytest.mark.parametrize("wrong", [{"types": ["interface"]}, {"states": ["Available"]}], ids=str)
def test_a_word_that_aws_does_not_have_is_an_error(run, cloud, wrong):
    """It would show nothing, as if there were nothing."""
    result = run(INFO, HERE, **wrong)

    assert result["failed"] and "must be one or more of" in result["msg"] and cloud.calls == []
