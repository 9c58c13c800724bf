"""The cut of a VPC."""

from __future__ import annotations

from ipaddress import IPv4Network

from ansible_collections.twoway.privatelink.plugins.module_utils.link.addresses import Cut, as_dicts
from hypothesis import given
from hypothesis import strategies as st

ZONES = ("apne1-az1", "apne1-az4")


def cidrs(cut: Cut) -> list[str]:
    return [subnet.cidr for subnet in cut.subnets()]


def test_private_subnets_come_from_the_low_end_public_ones_from_the_high():
    cut = Cut(vpc_cidr="10.0.0.0/16", az_ids=ZONES, side="public")
    assert as_dicts(cut.subnets()) == [
        {"kind": "private", "az_id": "apne1-az1", "cidr": "10.0.0.0/24"},
        {"kind": "private", "az_id": "apne1-az4", "cidr": "10.0.1.0/24"},
        {"kind": "public", "az_id": "apne1-az1", "cidr": "10.0.255.192/26"},
        {"kind": "public", "az_id": "apne1-az4", "cidr": "10.0.255.128/26"},
    ]


def test_the_isolated_side_has_private_subnets_alone():
    assert cidrs(Cut(vpc_cidr="10.0.0.0/16", az_ids=ZONES, side="isolated")) == ["10.0.0.0/24", "10.0.1.0/24"]


def test_given_subnets_go_before_the_cut():
    cut = Cut(vpc_cidr="10.0.0.0/16", az_ids=ZONES, side="isolated", private=("10.0.8.0/22", "10.0.12.0/22"))
    assert cidrs(cut) == ["10.0.8.0/22", "10.0.12.0/22"]
    assert cut.mistakes() == []


def test_a_block_that_is_just_large_enough():
    assert Cut(vpc_cidr="10.0.0.0/25", az_ids=ZONES, side="isolated", private_prefix=26).mistakes() == []
    assert Cut(vpc_cidr="10.0.0.0/26", az_ids=ZONES, side="isolated", private_prefix=26).mistakes()


@given(
    prefix=st.integers(16, 28),
    private=st.integers(16, 28),
    public=st.integers(16, 28),
    zones=st.integers(2, 6),
    side=st.sampled_from(["public", "isolated"]),
    octet=st.integers(0, 255),
)
def test_a_cut_without_mistakes_fits_and_never_overlaps_and_grows_in_place(prefix, private, public, zones, side, octet):
    vpc = IPv4Network((f"10.{octet}.0.0", prefix), strict=False)
    names = tuple(f"az{number}" for number in range(zones))
    cut = Cut(vpc_cidr=str(vpc), az_ids=names, side=side, private_prefix=private, public_prefix=public)
    if cut.mistakes():
        return
    networks = [subnet.network for subnet in cut.subnets()]
    assert all(network.subnet_of(vpc) for network in networks)
    assert not any(a.overlaps(b) for i, a in enumerate(networks) for b in networks[:i])
    fewer = Cut(vpc_cidr=str(vpc), az_ids=names[:-1], side=side, private_prefix=private, public_prefix=public)
    assert set(cidrs(fewer)) <= set(cidrs(cut))
