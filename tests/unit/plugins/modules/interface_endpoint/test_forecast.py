"""Check mode and the difference tell the truth: a real run does just that, and AWS then has what was foretold."""

from __future__ import annotations

import pytest
from unit.plugins.modules.interface_endpoint.scenery import HERE, MODULE, READ_ONLY, as_foretold


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
    """The real run's result, once it did what the check run said and there is no more to do."""
    result = as_foretold(run, **wanted)
    assert result["changed"]
    if key:
        after, made = result["diff"]["after"][key], result["interface_endpoint"]
        assert {option: made[option] for option in after} == after
    assert not run(MODULE, HERE, **wanted)["changed"]
    return result


def test_create_with_both_families(run, ec2, published):
    made = foretold(run, published)["interface_endpoint"]

    [found] = ec2.describe_vpc_endpoints(VpcEndpointIds=[made["endpoint_id"]])["VpcEndpoints"]
    assert (found["IpAddressType"], found["DnsOptions"]) == ("dualstack", {"DnsRecordIpType": "dualstack"})
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert {one["SubnetId"]: one["PrivateIpAddress"] for one in interfaces} == {
        one["subnet_id"]: one["ipv4"] for one in published["subnet_configurations"]
    }
    assert {one["Ipv6Addresses"][0]["Ipv6Address"] for one in interfaces} == {"fd00:0::77", "fd00:1::77"}


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


def test_drift_of_a_gateways_policy_and_back(run, gateway):
    run(MODULE, HERE, **gateway)
    foretold(run, {**gateway, "policy": READ_ONLY}, "tokyo-s3")
    foretold(run, {**gateway, "reset_policy": True}, "tokyo-s3")
