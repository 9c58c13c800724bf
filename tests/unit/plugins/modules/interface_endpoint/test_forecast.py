"""Check mode and the difference tell the truth: a real run does just that, and AWS then has what was foretold."""

from __future__ import annotations

import pytest
from unit.plugins.modules.interface_endpoint.scenery import HERE, MODULE, READ_ONLY


@pytest.fixture
def published(options, here, publish):
    """An endpoint to a service that has both address families, with an address of each in each subnet."""
    service = publish(AcceptanceRequired=False, SupportedIpAddressTypes=["ipv4", "ipv6"])
    rest = {key: value for key, value in options.items() if key not in ("private_dns_enabled", "subnet_ids")}
    return {
        **rest,
        "service_name": service["ServiceName"],
        "ip_address_type": "dualstack",
        "dns_options": {"dns_record_ip_type": "dualstack"},
        "subnet_configurations": [
            {"subnet_id": one, "ipv4": f"10.0.{number}.77", "ipv6": f"fd00:{number}::77"}
            for number, one in enumerate(here.subnet_ids)
        ],
    }


def foretold(run, wanted, key=None):
    """The real run's result, once it did what the check run said."""
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)

    assert forecast["changed"] and not result.get("failed"), result
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    if key:
        after, made = result["diff"]["after"][key], result["interface_endpoint"]
        assert {option: made[option] for option in after} == after
    assert not run(MODULE, HERE, **wanted)["changed"]
    return result


def test_create_with_both_families(run, published):
    foretold(run, published)


def test_create_many_with_policies(run, many):
    foretold(run, {**many, "policies": {"logs": READ_ONLY}})


def test_create_with_the_resolver_option(run, many):
    resolver = {"private_dns_only_for_inbound_resolver_endpoint": True}
    foretold(run, {**many, "services": ["s3"], "dns_options": resolver})


def test_create_a_gateway_with_a_policy(run, gateway):
    foretold(run, {**gateway, "policy": READ_ONLY})


def test_drift_of_addresses(run, published):
    run(MODULE, HERE, **published)
    first, *rest = published["subnet_configurations"]
    foretold(run, {**published, "subnet_configurations": [{**first, "ipv6": "fd00::78"}, *rest]}, "tokyo-ssm")


def test_drift_of_the_address_type(run, published):
    bare = {key: value for key, value in published.items() if key not in ("subnet_configurations", "dns_options")}
    subnets = [one["subnet_id"] for one in published["subnet_configurations"]]
    run(MODULE, HERE, **{**bare, "ip_address_type": "ipv4", "subnet_ids": subnets})
    foretold(run, {**bare, "subnet_ids": subnets}, "tokyo-ssm")


def test_drift_of_subnets_adds_one(run, options, here):
    run(MODULE, HERE, **{**options, "subnet_ids": here.subnet_ids[:1]})
    foretold(run, options, "tokyo-ssm")


def test_drift_of_route_tables(run, ec2, gateway, here):
    run(MODULE, HERE, **gateway)
    more = ec2.create_route_table(VpcId=here.vpc_id)["RouteTable"]["RouteTableId"]
    foretold(run, {**gateway, "route_table_ids": [more]}, "tokyo-s3")


def test_drift_of_a_gateways_policy_and_back(run, gateway):
    run(MODULE, HERE, **gateway)
    foretold(run, {**gateway, "policy": READ_ONLY}, "tokyo-s3")
    foretold(run, {**gateway, "reset_policy": True}, "tokyo-s3")


def test_drift_of_the_resolver_option(run, many):
    both = {**many, "services": ["s3"]}
    options = {"dns_options": {"private_dns_only_for_inbound_resolver_endpoint": True}}
    run(MODULE, HERE, **both, **options)
    off = {"dns_options": {"private_dns_only_for_inbound_resolver_endpoint": False}}
    foretold(run, {**both, **off})
