"""What each change of a plan carries, and the reason it gives."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    Address,
    DnsOptions,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import plan
from unit.plugins.module_utils.interface_endpoint.scenery import FIXED, FOUND, PARAMS, desired, found


def test_creation_carries_the_whole_wish():
    wanted = desired(tags={**PARAMS["tags"], "team": "links"})
    [change] = plan(wanted, Endpoints()).changes

    assert (change.verb, change.target, change.why) == (
        "create",
        "interface endpoint door",
        "there is none with our tags",
    )
    assert change.values == {"wish": wanted.wishes[0]}


@pytest.mark.parametrize(
    ("changes", "delete", "create"),
    [
        pytest.param({"state": "failed"}, "it is failed", "there is none alive with our tags", id="dead"),
        pytest.param({"vpc_id": "vpc-2"}, "vpc_id is vpc-2, wanted vpc-1", "vpc_id is vpc-2, wanted vpc-1", id="other"),
    ],
)
def test_replacement_says_why(changes, delete, create):
    [first, second] = plan(desired(replace=True), found(changes)).changes

    assert (first.why, second.why) == (delete, create)
    assert first.values == {"endpoint_id": "vpce-1", "interfaces": ("eni-1", "eni-2")}


def test_what_is_made_is_foretold():
    options = {
        "private_dns_enabled": True,
        "service_name": "com.amazonaws.ap-northeast-1.s3",
        "service_region": "ap-northeast-1",
        "dns_options": {"private_dns_only_for_inbound_resolver_endpoint": True},
        "ip_address_type": "ipv4",
        "policy": {"Statement": []},
        **FIXED,
    }
    assert plan(desired(**options), Endpoints()).as_diff()["after"] == {
        "door": {
            "name": "door",
            "type": "Interface",
            "service_name": "com.amazonaws.ap-northeast-1.s3",
            "service_region": "ap-northeast-1",
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "security_group_ids": ["sg-1"],
            "route_table_ids": [],
            "private_dns_enabled": True,
            "dns_options": {
                "dns_record_ip_type": None,
                "private_dns_only_for_inbound_resolver_endpoint": True,
            },
            "ip_address_type": "ipv4",
            "addresses": {"subnet-1": {"ipv4": "10.0.0.9", "ipv6": None}},
            "policy": {"Statement": []},
            "tags": {"Name": "door", "privatelink:link": "tokyo"},
        }
    }


def test_one_call_changes_all_that_can_go_together():
    options = {
        "subnet_ids": ["subnet-2", "subnet-3"],
        "subnet_configurations": [{"subnet_id": "subnet-2", "ipv4": "10.0.2.9", "ipv6": None}],
        "security_group_ids": ["sg-2"],
        "private_dns_enabled": True,
        "ip_address_type": "dualstack",
        "dns_options": {"dns_record_ip_type": "dualstack"},
        "policy": {"Statement": []},
    }
    wanted = {**options, "subnet_configurations": None}
    [change] = plan(desired(**wanted), found({})).changes

    assert change.values == {
        "endpoint_id": "vpce-1",
        "type": "Interface",
        "changed": {
            "subnet_ids": {"add": ("subnet-3",), "remove": ("subnet-1",)},
            "security_group_ids": {"add": ("sg-2",), "remove": ("sg-1",)},
            "private_dns_enabled": True,
            "ip_address_type": "dualstack",
            "policy": '{"Statement": []}',
            "dns_options": DnsOptions(dns_record_ip_type="dualstack"),
        },
    }
    assert change.why == (
        "subnet_ids: subnet-3 wanted, subnet-1 not wanted; security_group_ids: sg-2 wanted, sg-1 not wanted; "
        "private_dns_enabled is False, wanted True; ip_address_type is ipv4, wanted dualstack; "
        "dns_record_ip_type is ipv4, wanted dualstack; policy means something else"
    )


@pytest.mark.parametrize(
    ("found_there", "added", "removed"),
    [
        pytest.param(("sg-0", "sg-1"), "nothing", "sg-0", id="one less"),
        pytest.param((), "sg-1", "nothing", id="one more"),
    ],
)
def test_a_list_says_what_is_added_and_what_goes(found_there, added, removed):
    [change] = plan(desired(), found({"security_group_ids": found_there})).changes

    assert change.why == f"security_group_ids: {added} wanted, {removed} not wanted"


def test_tags_say_which():
    options = {"tags": {**PARAMS["tags"], "x": "1", "y": "2"}}
    first, second = plan(desired(**options), found({"tags": {**FOUND.tags, "a": "1", "b": "2"}})).changes

    assert (first.why, first.values) == (
        "tags: x, y wanted",
        {"endpoint_id": "vpce-1", "tags": {"x": "1", "y": "2"}},
    )
    assert (second.why, second.values) == ("tags: a, b not wanted", {"endpoint_id": "vpce-1", "keys": ["a", "b"]})
    assert {change.target for change in (first, second)} == {"interface endpoint door"}


def test_a_changed_address_says_what_it_costs():
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html"""
    here = {"addresses": {"subnet-1": Address(ipv4="10.0.0.8", ipv6="fd00::8")}}
    [change] = plan(desired(**FIXED), found(here)).changes

    assert change.values["changed"] == {"addresses": {"subnet-1": Address(ipv4="10.0.0.9")}}
    assert change.why == (
        "subnet-1 has 10.0.0.8, fd00::8, wanted 10.0.0.9: AWS replaces its network interface, which cuts what is "
        "connected through it"
    )


def test_only_the_address_that_differs_is_sent():
    configurations = [{"subnet_id": f"subnet-{n}", "ipv4": f"10.0.{n}.9", "ipv6": None} for n in (1, 2)]
    here = {"addresses": {"subnet-1": Address(ipv4="10.0.1.9"), "subnet-2": Address(ipv4="10.0.2.8")}}
    made = plan(desired(subnet_configurations=configurations), found(here))

    assert list(made.changes[0].values["changed"]["addresses"]) == ["subnet-2"]
    assert made.after.items[0].addresses == {
        "subnet-1": Address(ipv4="10.0.1.9"),
        "subnet-2": Address(ipv4="10.0.2.9"),
    }


def test_an_added_subnet_brings_its_address_and_cuts_nothing():
    [change] = plan(desired(**FIXED), found({"subnet_ids": ("subnet-2",)})).changes

    assert change.values["changed"] == {
        "subnet_ids": {"add": ("subnet-1",), "remove": ()},
        "addresses": {"subnet-1": Address(ipv4="10.0.0.9")},
    }
    assert change.why == "subnet_ids: subnet-1 wanted, nothing not wanted"


INBOUND = "private_dns_only_for_inbound_resolver_endpoint"


@pytest.mark.parametrize(
    ("wanted", "there", "sent"),
    [
        pytest.param(
            {INBOUND: True},
            DnsOptions(dns_record_ip_type="ipv4"),
            {"dns_record_ip_type": "ipv4", INBOUND: True},
            id="both",
        ),
        pytest.param(
            {INBOUND: False},
            DnsOptions(**{INBOUND: True}),
            {INBOUND: False},
            id="turned off",
        ),
        pytest.param(
            {"dns_record_ip_type": "ipv6"},
            DnsOptions(dns_record_ip_type="ipv4", **{INBOUND: True}),
            {"dns_record_ip_type": "ipv6", INBOUND: True},
            id="one that is on is sent along",
        ),
        pytest.param(
            {"dns_record_ip_type": "ipv6"},
            DnsOptions(dns_record_ip_type="ipv4", **{INBOUND: False}),
            {"dns_record_ip_type": "ipv6"},
            id="one that is off is not, for most services do not know it",
        ),
    ],
)
def test_dns_options_that_are_sent(wanted, there, sent):
    [change] = plan(desired(dns_options=wanted), found({"dns_options": there})).changes

    assert change.values["changed"]["dns_options"].given == sent


def test_private_dns_that_is_turned_on_takes_its_options_anew():
    options = {"private_dns_enabled": True, "dns_options": {INBOUND: True}}
    there = {"dns_options": DnsOptions(**{INBOUND: True})}
    [change] = plan(desired(**options), found(there)).changes

    assert change.values["changed"] == {"private_dns_enabled": True, "dns_options": DnsOptions(**{INBOUND: True})}
    assert change.why == "private_dns_enabled is False, wanted True"
    [without] = plan(desired(private_dns_enabled=True), found(there)).changes
    assert without.values["changed"] == {"private_dns_enabled": True}
    on = {"private_dns_enabled": True, **there}
    [off] = plan(desired(private_dns_enabled=False, dns_options={INBOUND: True}), found(on)).changes
    assert off.values["changed"] == {"private_dns_enabled": False}
