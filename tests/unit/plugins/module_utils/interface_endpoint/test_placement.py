"""Wishes meet what services offer and where subnets lie."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Address, Endpoints
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.offer import Offer
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.placement import (
    Ground,
    Questions,
    Subnet,
    fit,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import plan
from unit.plugins.module_utils.interface_endpoint.scenery import (
    FIXED,
    GATEWAY,
    LISTS,
    REGION,
    SOMEBODYS,
    desired,
    found,
)

AWS = "com.amazonaws.ap-northeast-1.ssm"
SUBNETS = {
    "subnet-1": Subnet(zone_id="az1", zone_name="tokyo-a", cidr="10.0.0.0/24"),
    "subnet-2": Subnet(zone_id="az2", zone_name="tokyo-b", cidr="10.0.1.0/24"),
}
OFFER = Offer(service_name=SOMEBODYS, type="Interface", zone_ids=frozenset({"az1", "az2"}), acceptance_required=True)
BODY = {
    "ServiceName": SOMEBODYS,
    "ServiceType": [{"ServiceType": "Interface"}],
    "AvailabilityZoneIds": ["az1"],
    "AvailabilityZones": ["tokyo-a"],
    "PrivateDnsName": "door.example",
    "PrivateDnsNames": [{"PrivateDnsName": "door.example"}],
    "PrivateDnsNameVerificationState": "verified",
    "VpcEndpointPolicySupported": False,
    "AcceptanceRequired": True,
    "SupportedIpAddressTypes": ["ipv4", "ipv6"],
}


def fitted(*offers, current=None, subnets=None, **options):
    wanted, there = desired(**options), current or Endpoints()
    asked = Questions.about(wanted, plan(wanted, there))
    return fit(wanted, there, Ground(asked=asked, subnets=SUBNETS if subnets is None else subnets, offers=offers))


def names(wishes):
    return [wish.name for wish in wishes]


@pytest.mark.parametrize(
    ("options", "there", "subnets_of", "services_of"),
    [
        pytest.param({}, [], ["door"], ["door"], id="to be made"),
        pytest.param({}, [{}], [], [], id="as wanted"),
        pytest.param({"subnet_ids": ["subnet-1"]}, [{}], ["door"], ["door"], id="subnets"),
        pytest.param({"security_group_ids": ["sg-2"]}, [{}], [], [], id="groups are nobody's business"),
        pytest.param({"tags": {"privatelink:link": "tokyo", "x": "1"}}, [{}], [], [], id="nor tags"),
        pytest.param({"ip_address_type": "dualstack"}, [{}], [], ["door"], id="address type"),
        pytest.param({"policy": {"Statement": []}}, [{}], [], ["door"], id="policy"),
        pytest.param({"private_dns_enabled": True}, [{}], [], ["door"], id="private DNS of a provider"),
        pytest.param(
            {"private_dns_enabled": True, "service_name": AWS}, [{"service_name": AWS}], [], [], id="private DNS of AWS"
        ),
        pytest.param(FIXED, [{"addresses": {"subnet-1": Address(ipv4="10.0.0.8")}}], ["door"], [], id="address"),
        pytest.param(GATEWAY, [], [], [], id="gateways stand nowhere"),
        pytest.param(LISTS, [], ["door-ssm"], ["door-ssm"], id="of a list those that stand somewhere"),
        pytest.param({"state": "absent"}, [{}], [], [], id="to be taken away"),
    ],
)
def test_what_is_asked(options, there, subnets_of, services_of):
    wanted = desired(**options)
    asked = Questions.about(wanted, plan(wanted, found(*there)))

    assert (names(asked.subnets_of), names(asked.services_of)) == (subnets_of, services_of)


def test_all_subnets_will_do():
    made = fitted(OFFER)

    assert made.desired == desired() and made.dropped == {("door", "Interface"): ()}


def test_those_that_will_not_are_dropped():
    narrow = Offer(service_name=SOMEBODYS, type="Interface", zone_ids=frozenset({"az2"}))
    made = fitted(narrow)

    assert made.desired.wishes[0].subnet_ids == ("subnet-2",)
    assert [one.subnet_id for one in made.dropped["door", "Interface"]] == ["subnet-1"]
    assert made.desired.wishes[0].auto_accepted is True


def test_the_subnet_it_stands_in_is_kept():
    subnets = {**SUBNETS, "subnet-0": Subnet(zone_id="az1", zone_name="tokyo-a", cidr="10.0.2.0/24")}
    options = {"subnet_ids": ["subnet-0", "subnet-1", "subnet-2"]}

    assert fitted(OFFER, subnets=subnets, **options).desired.wishes[0].subnet_ids == ("subnet-0", "subnet-2")
    stays = fitted(OFFER, subnets=subnets, current=found({}), **options)
    assert stays.desired.wishes[0].subnet_ids == ("subnet-1", "subnet-2")
    dead = fitted(OFFER, subnets=subnets, current=found({"state": "failed"}), replace=True, **options)
    assert dead.desired.wishes[0].subnet_ids == ("subnet-0", "subnet-2")


def test_what_was_not_asked_about_stays_as_it_is():
    made = fitted(current=found({}))

    assert made.desired == desired() and made.dropped == {}


def test_zone_names_do_for_an_sdk_that_knows_no_ids():
    """In our own account's words, which are those of our subnets."""
    by_name = Offer.from_boto({**BODY, "AvailabilityZoneIds": []})
    assert by_name.zone_ids is None
    assert fitted(by_name).desired.wishes[0].subnet_ids == ("subnet-1",)
    untold = Offer.from_boto({**BODY, "AvailabilityZoneIds": [], "AvailabilityZones": []})
    assert fitted(untold).desired.wishes[0].subnet_ids == ("subnet-1", "subnet-2")


def test_a_provider_not_seen_yet_may_have_any_zone():
    made = fitted()

    assert made.desired.wishes[0].subnet_ids == ("subnet-1", "subnet-2")
    assert made.desired.wishes[0].auto_accepted is False


def test_zones_of_another_region_do_not_matter():
    subnets = {**SUBNETS, "subnet-2": Subnet(zone_id="use1-az3", zone_name="virginia-c", cidr="10.0.1.0/24")}
    made = fitted(OFFER, subnets=subnets, service_region="us-east-1")

    assert made.desired.wishes[0].subnet_ids == ("subnet-1",)


@pytest.mark.parametrize(
    ("offers", "options", "message"),
    [
        pytest.param([], {"service_name": AWS}, f"AWS has no service {AWS} for endpoints", id="unknown"),
        pytest.param(
            [Offer(service_name=AWS, type="Gateway")],
            {"service_name": AWS},
            "of type Interface here; allowed: Gateway",
            id="other type",
        ),
        pytest.param([Offer.from_boto(BODY)], {"policy": {"Statement": []}}, "takes none; allowed: full", id="policy"),
        pytest.param([OFFER], {"ip_address_type": "ipv6"}, "ipv6, but .* has ipv4; allowed: ipv4", id="address type"),
        pytest.param([OFFER], {"ip_address_type": "dualstack"}, "dualstack, but", id="half of it"),
        pytest.param([OFFER], {"private_dns_enabled": True}, "has no private DNS name; allowed: false", id="no name"),
        pytest.param(
            [Offer.from_boto({**BODY, "PrivateDnsNameVerificationState": "pendingVerification"})],
            {"private_dns_enabled": True},
            "the provider has not verified door.example yet",
            id="name not verified",
        ),
        pytest.param(
            [Offer.from_boto(BODY)],
            {"subnet_configurations": [{"subnet_id": "subnet-2", "ipv4": "10.0.1.9", "ipv6": None}]},
            "subnet_configurations: subnet-2: the service is not offered in az2; allowed: subnets that can all",
            id="fixed address in a zone without it",
        ),
    ],
)
def test_refused_before_anything_is_made(offers, options, message):
    with pytest.raises(PrivateLinkError, match=message):
        fitted(*offers, **options)


def test_a_policy_that_can_be_done_without_is_left_out_where_the_service_takes_none():
    takes_none = Offer.from_boto(BODY)
    made = fitted(takes_none, policy='{"Statement": []}', policy_if_supported=True)
    assert made.desired.wishes[0].policy is None
    assert made.open == ("interface endpoint door",)


def test_a_policy_that_can_be_done_without_stays_where_it_is_taken():
    made = fitted(OFFER, policy='{"Statement": []}', policy_if_supported=True)
    assert made.desired.wishes[0].policy == '{"Statement": []}'
    assert made.open == ()


@pytest.mark.parametrize("address", ["10.0.0.3", "10.0.0.255", "10.0.1.9"])
def test_addresses_that_the_subnet_does_not_have(address):
    with pytest.raises(PrivateLinkError, match=f"subnet-1: {address}; allowed: 10.0.0.4 to 10.0.0.254"):
        fitted(OFFER, subnet_configurations=[{"subnet_id": "subnet-1", "ipv4": address, "ipv6": None}])


@pytest.mark.parametrize("address", ["10.0.0.4", "10.0.0.254"])
def test_addresses_that_it_has(address):
    fitted(OFFER, subnet_configurations=[{"subnet_id": "subnet-1", "ipv4": address, "ipv6": None}])


def test_a_fixed_address_in_a_subnet_not_seen_yet_is_left_to_aws():
    fitted(OFFER, subnets={}, **FIXED)


def test_offer_from_boto():
    assert Offer.from_boto(BODY) == Offer(
        service_name=SOMEBODYS,
        type="Interface",
        acceptance_required=True,
        zone_ids=frozenset({"az1"}),
        zone_names=frozenset({"tokyo-a"}),
        private_dns_names=("door.example",),
        private_dns_verified=True,
        policy_supported=False,
        ip_address_types=frozenset({"ipv4", "ipv6"}),
    )
    bare = Offer.from_boto({"ServiceName": AWS, "ServiceType": [{"ServiceType": "Gateway"}]})
    assert bare == Offer(service_name=AWS, type="Gateway")
    assert Offer.from_boto({**BODY, "PrivateDnsNames": None}).private_dns_names == ("door.example",)
    assert REGION in bare.service_name
