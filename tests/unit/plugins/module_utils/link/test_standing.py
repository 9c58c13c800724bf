"""What stands of a side's network, against what its inventory asks for: refused in one line, or left to the run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.standing import Standing, StandingSubnet

PUBLIC, ISOLATED = "tokyo_public", "tokyo_isolated"
AZS = {f"apne1-az{n}": f"zone {n}" for n in (1, 2, 3, 4)}
BLOCKS = {
    "private": ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
    "public": ("10.0.255.192/26", "10.0.255.128/26", "10.0.255.64/26"),
}


def standing(*zones: int, tiers=("private", "public"), blocks=None, cidr="10.0.0.0/16") -> Standing:
    """What a run has made for these zones, in this order."""
    subnets = [
        StandingSubnet(
            id=f"subnet-{tier}-{zone}",
            name=f"tokyo-{tier}-apne1-az{zone}",
            az_id=f"apne1-az{zone}",
            cidr=(blocks or BLOCKS)[tier][index],
        )
        for tier in tiers
        for index, zone in enumerate(zones)
    ]
    return Standing(vpc_id="vpc-1", cidr=cidr, subnets=tuple(subnets))


@pytest.fixture
def told(sides, lines):
    """The lines of the public side, whose network stands so; both sides have these variables."""

    def told(there: Standing, **changed):
        for values in sides.values():
            values.update({name: value for name, value in changed.items() if not name.startswith("public_subnet")})
        sides[PUBLIC].update(changed)
        facts = Facts(reachable=True, account_id="111111111111", azs=AZS, standing=there)
        return [line for line in lines({PUBLIC: facts}) if line.startswith(PUBLIC)]

    return told


def zones(*numbers: int) -> list[str]:
    return [f"apne1-az{number}" for number in numbers]


@pytest.mark.parametrize(
    ("there", "changed"),
    [
        pytest.param(standing(1, 4), {}, id="as it is"),
        pytest.param(Standing(), {}, id="nothing"),
        pytest.param(standing(1, 4), {"az_ids": zones(1, 4, 2)}, id="a zone more"),
        pytest.param(standing(1), {}, id="half made: one zone of two"),
        pytest.param(standing(1, 4, tiers=("private",)), {}, id="half made: no public subnets"),
        pytest.param(
            standing(1, 4), {"private_subnets": ["10.0.0.0/24", "10.0.1.0/24"]}, id="the blocks that stand, named"
        ),
        pytest.param(
            standing(4, 1),
            {
                "private_subnets": ["10.0.1.0/24", "10.0.0.0/24"],
                "public_subnets": ["10.0.255.128/26", "10.0.255.192/26"],
            },
            id="another order, with the blocks that stand",
        ),
    ],
)
def test_what_can_be_had(told, there, changed):
    assert told(there, **changed) == []


@pytest.mark.parametrize(
    ("there", "changed", "line"),
    [
        pytest.param(
            standing(1, 4, 2),
            {},
            "az_ids: found no apne1-az2, where tokyo-private-apne1-az2 (subnet-private-2, 10.0.2.0/24) and "
            "tokyo-public-apne1-az2 (subnet-public-2, 10.0.255.64/26) stand; allowed: every zone that the link stands "
            "in: apne1-az1, apne1-az4, apne1-az2; put apne1-az2 back: what stands in a zone cannot be moved out of it; "
            "to do without it, tear the link down and build it anew, or build another one beside it",
            id="the last zone",
        ),
        pytest.param(
            standing(1, 2, 4), {}, "az_ids: found no apne1-az2, where tokyo-private-apne1-az2", id="one in the middle"
        ),
        pytest.param(standing(2, 1, 4), {}, "az_ids: found no apne1-az2, where tokyo-private-", id="the first"),
        pytest.param(
            standing(1, 2), {}, "az_ids: found no apne1-az2, where tokyo-private-", id="another zone in its place"
        ),
        pytest.param(
            standing(2, 3, tiers=("private",)),
            {},
            "az_ids: found no apne1-az2, apne1-az3, where tokyo-private-apne1-az2 (subnet-private-2, 10.0.0.0/24) and ",
            id="all of them",
        ),
        pytest.param(
            standing(4, 1),
            {},
            "az_ids: found apne1-az1, apne1-az4, an order that moves tokyo-private-apne1-az4 (subnet-private-4, "
            "10.0.0.0/24) to 10.0.1.0/24, tokyo-private-apne1-az1 (subnet-private-1, 10.0.1.0/24) to 10.0.0.0/24, "
            "tokyo-public-apne1-az4 (subnet-public-4, 10.0.255.192/26) to 10.0.255.128/26, tokyo-public-apne1-az1 "
            "(subnet-public-1, 10.0.255.128/26) to 10.0.255.192/26; allowed: apne1-az4, apne1-az1: as the link stands, "
            "and a new zone last; AWS cannot change it in place: put it back, or tear the link down and build it anew",
            id="another order",
        ),
        pytest.param(
            standing(1, 4),
            {"az_ids": zones(2, 1, 4)},
            "az_ids: found apne1-az2, apne1-az1, apne1-az4, an order that moves tokyo-private-apne1-az1",
            id="a zone more, but not last",
        ),
        pytest.param(
            standing(1, 4),
            {
                "private_subnets": ["10.0.1.0/24", "10.0.0.0/24"],
                "public_subnets": ["10.0.255.128/26", "10.0.255.192/26"],
            },
            "az_ids: found apne1-az1, apne1-az4, an order that moves tokyo-private-apne1-az1",
            id="another order of blocks that are named",
        ),
        pytest.param(
            standing(1, 4),
            {"vpc_cidr": "10.8.0.0/16"},
            "vpc_cidr: found 10.8.0.0/16, while vpc-1, in which the side stands, has 10.0.0.0/16; allowed: "
            "10.0.0.0/16; AWS cannot change it in place: put it back, or tear the link down and build it anew",
            id="another VPC",
        ),
        pytest.param(
            standing(1, 4, tiers=("private",)),
            {"vpc_cidr": "10.0.0.0/20"},
            "vpc_cidr: found 10.0.0.0/20, while vpc-1, in which the side stands, has 10.0.0.0/16",
            id="a smaller VPC that has the same private subnets",
        ),
        pytest.param(
            standing(1, 4),
            {"private_subnet_prefix": 23},
            "private_subnet_prefix: found /23, while tokyo-private-apne1-az1 (subnet-private-1, 10.0.0.0/24) stands; "
            "allowed: /24; AWS cannot change it in place",
            id="larger subnets",
        ),
        pytest.param(
            standing(1, 4),
            {"public_subnet_prefix": 27},
            "public_subnet_prefix: found /27, while tokyo-public-apne1-az1 (subnet-public-1, 10.0.255.192/26) stands",
            id="smaller public ones",
        ),
        pytest.param(
            standing(1, 4),
            {"private_subnets": ["10.0.0.0/24", "10.0.8.0/24"]},
            "private_subnets[1]: found 10.0.8.0/24, while tokyo-private-apne1-az4 (subnet-private-4, 10.0.1.0/24) "
            "stands; allowed: 10.0.1.0/24; AWS cannot change it in place",
            id="another block",
        ),
        pytest.param(
            standing(1, 4, blocks={**BLOCKS, "private": ("10.0.8.0/24", "10.0.9.0/24")}),
            {},
            "private_subnets: found nothing, which moves tokyo-private-apne1-az1 (subnet-private-1, 10.0.8.0/24) to "
            "10.0.0.0/24, tokyo-private-apne1-az4 (subnet-private-4, 10.0.9.0/24) to 10.0.1.0/24; allowed: the blocks "
            "that stand: 10.0.8.0/24, 10.0.9.0/24; AWS cannot change it in place",
            id="blocks that are named no more",
        ),
        pytest.param(
            Standing(group_vpc_ids=("vpc-7",)),
            {},
            "vpc_cidr: found a VPC of the link's own, while the side stands in vpc-7 of others; allowed: the "
            "existing_network that the side stands in; put existing_network back, or tear the link down first",
            id="a VPC of its own instead of one of others",
        ),
    ],
)
def test_what_cannot_is_told_in_one_line(told, there, changed, line):
    (found,) = told(there, **changed)
    assert found.startswith(f"{PUBLIC}: {line}")


def test_zones_and_a_block_that_is_named_are_two_mistakes(told):
    found = told(standing(1, 4, 2), private_subnets=["10.0.0.0/24", "10.0.2.0/24"])
    assert [line.partition(": found")[0] for line in found] == [f"{PUBLIC}: az_ids", f"{PUBLIC}: private_subnets[1]"]


def test_it_travels_as_plain_data():
    there = replace(standing(1, 4), group_vpc_ids=("vpc-7",))
    assert Standing.from_dict(there.as_dict()) == there
