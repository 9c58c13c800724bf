"""Fixed addresses: AWS replaces the network interface of a subnet to change its address, and cuts what goes through."""

from __future__ import annotations

import pytest
from unit.plugins.modules.interface_endpoint.scenery import (
    CREATE,
    HERE,
    INTERFACES,
    LIST,
    MODIFY,
    MODULE,
    SERVICES,
    SUBNETS,
    add_subnet,
    as_foretold,
    log,
    verbs,
)


@pytest.fixture
def fixed(options, here):
    """fixed("10.0.0.9", "10.0.1.9") -> the options with an address in each subnet."""

    def fixed(*addresses):
        pairs = zip(here.subnet_ids, addresses, strict=False)
        return {**options, "subnet_configurations": [{"subnet_id": one, "ipv4": address} for one, address in pairs]}

    return fixed


def interfaces_of(ec2, made):
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=made["network_interface_ids"])["NetworkInterfaces"]
    return {one["SubnetId"]: (one["NetworkInterfaceId"], one["PrivateIpAddress"]) for one in found}


def test_create_and_again(run, cloud, ec2, fixed, here):
    made = run(MODULE, HERE, **fixed("10.0.0.9", "10.0.1.9"))["interface_endpoint"]

    assert log(cloud.calls)[:4] == [LIST, SUBNETS, SERVICES, CREATE]
    assert {subnet: address for subnet, (_id, address) in interfaces_of(ec2, made).items()} == dict(
        zip(here.subnet_ids, ["10.0.0.9", "10.0.1.9"], strict=True)
    )
    assert not run(MODULE, HERE, **fixed("10.0.0.9", "10.0.1.9"))["changed"]
    assert cloud.calls == [LIST, INTERFACES]


def test_a_changed_address_replaces_the_interface_and_the_plan_says_so(run, cloud, ec2, fixed, here):
    before = run(MODULE, HERE, **fixed("10.0.0.9", "10.0.1.9"))["interface_endpoint"]
    first, second = here.subnet_ids
    old = interfaces_of(ec2, before)
    result = as_foretold(run, **fixed("10.0.0.9", "10.0.1.10"))

    assert log(cloud.calls) == [LIST, INTERFACES, SUBNETS, MODIFY, LIST, INTERFACES]
    assert verbs(result) == ["modify"]
    assert result["actions"][0]["why"] == (
        f"{second} has 10.0.1.9, wanted 10.0.1.10: AWS replaces its network interface, which cuts what is connected "
        "through it"
    )
    new = interfaces_of(ec2, result["interface_endpoint"])
    assert new[first] == old[first]
    assert new[second][1] == "10.0.1.10" and new[second][0] != old[second][0]
    assert not run(MODULE, HERE, **fixed("10.0.0.9", "10.0.1.10"))["changed"]


def test_an_address_that_was_not_fixed_before(run, options, fixed):
    """Those that AWS chose are compared like others; without the option they are nobody's business."""
    run(MODULE, HERE, **options)
    assert verbs(run(MODULE, HERE, **fixed("10.0.0.99"))) == ["modify"]
    assert not run(MODULE, HERE, **options)["changed"]


def test_a_subnet_that_is_added_comes_with_its_address(run, ec2, fixed, here, options):
    run(MODULE, HERE, **fixed("10.0.0.9", "10.0.1.9"))
    third = add_subnet(ec2, here.vpc_id, "apne1-az4", 9)
    wanted = fixed("10.0.0.9", "10.0.1.9")
    wanted["subnet_configurations"].append({"subnet_id": third, "ipv4": "10.0.9.9"})
    result = run(MODULE, HERE, **wanted)

    assert interfaces_of(ec2, result["interface_endpoint"])[third][1] == "10.0.9.9"
    assert "cuts" not in result["actions"][0]["why"]
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_an_address_that_aws_keeps_for_itself_is_an_error_before_anything_is_made(run, cloud, fixed):
    result = run(MODULE, HERE, **fixed("10.0.0.3"))

    assert result["failed"] and "10.0.0.3; allowed: 10.0.0.4 to 10.0.0.254" in result["msg"]
    assert cloud.calls == [LIST, SUBNETS, SERVICES]


def test_a_fixed_address_where_the_service_is_not_is_an_error(run, cloud, ec2, to_provider, here):
    third = add_subnet(ec2, here.vpc_id, "apne1-az4", 9)
    result = run(MODULE, HERE, **to_provider, subnet_configurations=[{"subnet_id": third, "ipv4": "10.0.9.9"}])

    assert result["failed"] and f"{third}: the service is not offered in apne1-az4" in result["msg"]
    assert CREATE not in cloud.calls
