"""(what the inventory names, what AWS has) -> what a side would miss there, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.check import check_network, zones_left
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.choice import choose
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import (
    Found,
    Route,
    Subnet,
    Vpc,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.needs import Need, need_of
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Wish

ZONES = ("az1", "az4")
VPC = Vpc(id="vpc-1", owner_id="222222222222", cidrs=("10.0.0.0/16",), tags={"Name": "shared"})
NAT = Route(destination="0.0.0.0/0", target="nat-1")
IGW = Route(destination="0.0.0.0/0", target="igw-1")
LOCAL = Route(destination="10.0.0.0/16", target="local")


def subnet(name, zone, *routes, **fields):
    given = {"cidr": "10.0.0.0/24", "free": 250, "route_table_id": f"rtb-{name}", "routes": (LOCAL, *routes)}
    return Subnet(**{"id": f"subnet-{name}", "az_id": zone, **given, **fields})


def found(*subnets, **fields):
    return Found(**{"vpcs": (VPC,), "subnets": subnets, **fields})


def wish(side="isolated", az_ids=ZONES, **given):
    if not given.keys() & {"vpc_id", "vpc_tags"}:
        given["vpc_id"] = "vpc-1"
    if not given.keys() & {"private_subnet_ids", "private_subnet_tags"}:
        given["private_subnet_ids"] = ["subnet-a", "subnet-b"]
    return Wish.from_params(given, side=side, az_ids=az_ids)


def lines(*arguments, **more):
    return [mistake.line for mistake in check_network(*arguments, **more)]


TWO = (subnet("a", "az1"), subnet("b", "az4"))
LED_OUT = (subnet("a", "az1", NAT), subnet("b", "az4", NAT))
TAGGED = {"tags": {"tier": "private"}}


@pytest.mark.parametrize(
    ("wanted", "there", "ids"),
    [
        pytest.param(wish(), found(*TWO), ["subnet-a", "subnet-b"], id="by ids"),
        pytest.param(wish(az_ids=("az4", "az1")), found(*TWO), ["subnet-b", "subnet-a"], id="in the order of zones"),
        pytest.param(
            wish(private_subnet_tags={"tier": "private"}),
            found(subnet("a", "az1", **TAGGED), subnet("x", "az1"), subnet("b", "az4", **TAGGED)),
            ["subnet-a", "subnet-b"],
            id="by tags",
        ),
        pytest.param(
            wish(private_subnet_tags={"tier": "private"}),
            found(*(subnet(name, zone, **TAGGED) for name, zone in (("a", "az1"), ("b", "az4"), ("c", "az2")))),
            ["subnet-a", "subnet-b"],
            id="by tags, another zone does not matter",
        ),
        pytest.param(wish("public"), found(*LED_OUT), ["subnet-a", "subnet-b"], id="with a way out"),
        pytest.param(
            wish("public"),
            found(subnet("a", "az1", IGW, public_addresses=True), subnet("b", "az4", NAT)),
            ["subnet-a", "subnet-b"],
            id="public addresses go by an internet gateway",
        ),
    ],
)
def test_a_network_that_will_do(wanted, there, ids):
    assert check_network(wanted, there, "222222222222") == []
    assert [one.id for one in choose(wanted, there).private] == ids


NO_WAY = (
    "allowed: subnets without a way out; the isolated side has none but the link: name others, or have "
    "the route taken away"
)
WAY_OUT = (
    "allowed: a route to the Internet (0.0.0.0/0) for the proxies, through a NAT gateway or the like; "
    "name others, or have the route added"
)
NAMES = "allowed: on; without it nothing finds an endpoint by its name: have it switched on"

MISSES = [
    pytest.param(
        wish(),
        Found(),
        [
            "vpc_id: found vpc-1, which no VPC of the account and region is; allowed: a VPC that is there; "
            "correct it, or look into account and region of aws_connection"
        ],
        id="no VPC",
    ),
    pytest.param(
        wish(vpc_tags={"Name": "shared"}),
        found(vpcs=(VPC, replace(VPC, id="vpc-2"))),
        [
            "vpc_tags: found Name=shared, which vpc-1, vpc-2 carry; allowed: tags of one VPC alone; add a tag "
            "that tells them apart, or name vpc_id"
        ],
        id="two VPCs",
    ),
    pytest.param(
        wish(private_subnet_ids=["subnet-a", "subnet-z"]),
        found(*TWO),
        [
            "private_subnet_ids[1]: found subnet-z, which is not in vpc-1; allowed: subnet-a (az1), subnet-b "
            "(az4); name a subnet of that VPC",
            "private_subnet_ids: found no subnet in az4; allowed: one private subnet in each of az_ids; name "
            "one, or make one there; the VPC has subnet-a (az1), subnet-b (az4)",
        ],
        id="a subnet of elsewhere, and so a zone without one",
    ),
    pytest.param(
        wish(private_subnet_ids=["subnet-a", "subnet-b", "subnet-c"]),
        found(*TWO, subnet("c", "az2")),
        [
            "private_subnet_ids[2]: found subnet-c in az2, which is none of az_ids; allowed: az1, az4; add the "
            "zone to az_ids, for both sides, or leave the subnet out"
        ],
        id="a zone the link does not have",
    ),
    pytest.param(
        wish(private_subnet_tags={"tier": "private"}),
        found(*(subnet(name, zone, **TAGGED) for name, zone in (("a", "az1"), ("b", "az4"), ("c", "az4")))),
        [
            "private_subnet_tags: found subnet-b and subnet-c in az4; allowed: one private subnet in each of "
            "az_ids; name one of them"
        ],
        id="two subnets in a zone",
    ),
    pytest.param(
        wish(),
        found(subnet("a", "az1", IGW), subnet("b", "az4", NAT)),
        [
            f"private subnet in az1: found subnet-a, which rtb-a leads to igw-1 (0.0.0.0/0); {NO_WAY}",
            f"private subnet in az4: found subnet-b, which rtb-b leads to nat-1 (0.0.0.0/0); {NO_WAY}",
        ],
        id="the isolated side has ways out",
    ),
    pytest.param(
        wish(),
        found(subnet("a", "az1", Route(destination="0.0.0.0/0", target="tgw-1")), TWO[1]),
        [f"private subnet in az1: found subnet-a, which rtb-a leads to tgw-1 (0.0.0.0/0); {NO_WAY}"],
        id="by whatever",
    ),
    pytest.param(
        wish(),
        found(subnet("a", "az1", Route(destination="198.51.100.0/24", target="igw-1")), TWO[1]),
        [f"private subnet in az1: found subnet-a, which rtb-a leads to igw-1 (198.51.100.0/24); {NO_WAY}"],
        id="to a part of the Internet",
    ),
    pytest.param(
        wish(),
        found(subnet("a", "az1", Route(destination="198.51.100.0/24", target="nat-1")), TWO[1]),
        [f"private subnet in az1: found subnet-a, which rtb-a leads to nat-1 (198.51.100.0/24); {NO_WAY}"],
        id="to a part of the Internet, by NAT",
    ),
    pytest.param(
        wish(),
        found(subnet("a", "az1", Route(destination="::/0", target="eigw-1")), TWO[1]),
        [f"private subnet in az1: found subnet-a, which rtb-a leads to eigw-1 (::/0); {NO_WAY}"],
        id="by IPv6",
    ),
    pytest.param(
        wish("public"),
        found(subnet("a", "az1"), subnet("b", "az4", replace(NAT, active=False))),
        [
            f"private subnet in az1: found subnet-a, whose rtb-a has no way there; {WAY_OUT}",
            f"private subnet in az4: found subnet-b, whose rtb-b has no way there; {WAY_OUT}",
        ],
        id="the public side has no way out, or a black hole",
    ),
    pytest.param(
        wish("public"),
        found(subnet("a", "az1", IGW), LED_OUT[1]),
        [
            "private subnet in az1: found subnet-a, whose rtb-a has an internet gateway alone, and gives no "
            f"public addresses; {WAY_OUT}"
        ],
        id="an internet gateway is no way out without public addresses",
    ),
    pytest.param(
        wish("public", public_subnet_ids=["subnet-x", "subnet-y"]),
        found(*LED_OUT, subnet("x", "az1", IGW), subnet("y", "az4", NAT)),
        [
            "public subnet in az4: found subnet-y, whose rtb-y has no internet gateway; allowed: public subnets "
            "that the Internet reaches; name others, or leave the public ones out"
        ],
        id="a public subnet that is none",
    ),
    pytest.param(
        wish(),
        found(*TWO, vpcs=(replace(VPC, owner_id="999999999999"),)),
        [
            "vpc_id: found vpc-1, which account 999999999999 shares with 222222222222; allowed: a VPC that the "
            "side's account owns; AWS lets nobody else make endpoints in it: take the owner's account for the "
            "side"
        ],
        id="a VPC that is shared with us",
    ),
    pytest.param(
        wish(),
        found(*TWO, vpcs=(replace(VPC, dns_support=False, dns_hostnames=False),)),
        [
            f"vpc_id: found vpc-1 with enableDnsSupport off; {NAMES}",
            f"vpc_id: found vpc-1 with enableDnsHostnames off; {NAMES}",
        ],
        id="names do not work",
    ),
    pytest.param(
        wish(vpc_tags={"Name": "shared"}),
        found(*TWO, vpcs=(replace(VPC, dns_support=False),)),
        [f"vpc_tags: found vpc-1 with enableDnsSupport off; {NAMES}"],
        id="names do not work in what the tags mean",
    ),
    pytest.param(
        wish(),
        found(*TWO, own_vpc_id="vpc-ours"),
        [
            "vpc_id: found vpc-1, while the side stands in vpc-ours, which the collection made; allowed: one "
            "network for a side; tear the link down first, or take existing_network away again"
        ],
        id="the side has a network of its own",
    ),
]


@pytest.mark.parametrize(("wanted", "there", "expected"), MISSES)
def test_what_is_missing(wanted, there, expected):
    assert lines(wanted, there, "222222222222") == expected


def test_the_public_side_needs_no_host_names_of_its_own():
    vpc = replace(VPC, dns_hostnames=False)
    assert lines(wish("public"), found(*LED_OUT, vpcs=(vpc,)), "222222222222") == []


def test_a_subnet_without_any_route_table_is_told_without_its_name():
    bare = {"route_table_id": "", "routes": ()}
    there = found(subnet("a", "az1", **bare), subnet("b", "az1", **bare))
    told = lines(
        wish("public", az_ids=("az1",), private_subnet_ids=["subnet-a"], public_subnet_ids=["subnet-b"]), there
    )

    assert [line.partition(";")[0] for line in told] == [
        "private subnet in az1: found subnet-a, whose route table has no way there",
        "public subnet in az1: found subnet-b, whose route table has no internet gateway",
    ]


NEED = Need(parts={"a load balancer": 8, "tasks": 4})


@pytest.mark.parametrize(
    ("free", "held", "found_and_allowed"),
    [
        pytest.param(12, 0, None, id="just enough"),
        pytest.param(11, 0, "11 free addresses; allowed: 12 at least", id="one few"),
        pytest.param(2, 10, None, id="most are held already"),
        pytest.param(11, None, "11 free addresses; allowed: 12 at least", id="nobody counted what is held"),
        pytest.param(1, 10, "1 free addresses; allowed: 2 at least", id="and yet one too few"),
    ],
)
def test_addresses(free, held, found_and_allowed):
    there = found(subnet("a", "az1", free=free), TWO[1], held={"subnet-a": held} if held is not None else {})
    told = (
        f"private subnet in az1: found subnet-a (10.0.0.0/24) with {found_and_allowed}: 8 for a load balancer, 4 for "
        "tasks; name a larger subnet, or have addresses freed"
    )

    assert lines(wish(), there, need=NEED) == ([told] if found_and_allowed else [])


def test_what_a_side_takes_in_a_subnet():
    services = [{"desired_count": 3, "canary": {"desired_count": 1}}, {"desired_count": 2, "canary": None}, None]
    published = [None, {"kind": "nlb"}, {"kind": "ip"}, {"kind": None}]
    need = need_of({"side": "isolated", "az_ids": ["a", "b"], "services": services, "published": published})

    in_front = "those in front of what is published"
    assert need.parts == {"a load balancer": 8, in_front: 2, "endpoints": 5, "the probe": 1, "tasks": 6}
    assert need_of({"side": "public", "az_ids": ["a"]}).total == 14
    assert need_of({"side": None}).total == 0


def test_what_was_found_travels_as_plain_data():
    there = found(*LED_OUT, own_vpc_id="vpc-2", held={"subnet-a": 3})

    assert Found.from_dict(there.as_dict()) == there


TABLES = [
    {"RouteTableId": "rtb-main", "Associations": [{"Main": True}], "Routes": []},
    {
        "RouteTableId": "rtb-own",
        "Associations": [{"SubnetId": "subnet-a", "Main": False}],
        "Routes": [
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active"},
            {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active"},
        ],
    },
]


@pytest.mark.parametrize(("subnet_id", "table"), [("subnet-a", "rtb-own"), ("subnet-b", "rtb-main")])
def test_a_subnet_goes_by_its_own_table_or_by_the_main_one(subnet_id, table):
    item = {"SubnetId": subnet_id, "AvailabilityZoneId": "az1", "CidrBlock": "10.0.0.0/24"}
    assert Subnet.from_boto(item, TABLES).route_table_id == table


def test_routes_as_aws_tells_them():
    item = {"SubnetId": "subnet-a", "AvailabilityZoneId": "az1", "CidrBlock": "10.0.0.0/24"}
    assert Subnet.from_boto(item, TABLES).routes == (
        Route(destination="0.0.0.0/0", target="nat-1", active=False),
        Route(destination="pl-1", target="vpce-1"),
        Route(destination="::/0", target="eigw-1"),
    )


def test_another_vpc_than_the_one_the_side_stands_in():
    (line,) = lines(wish(), found(*TWO, group_vpc_ids=("vpc-9",)))
    assert line == (
        "vpc_id: found vpc-1, while the side stands in vpc-9; allowed: the VPC that the side stands in; "
        "put it back, or tear the link down first"
    )
    assert lines(wish(), found(*TWO, group_vpc_ids=("vpc-1",))) == []


def test_a_zone_that_the_side_has_addresses_in_cannot_go():
    there = found(*TWO, subnet("c", "az2", cidr="10.0.2.0/24"), held={"subnet-a": 3, "subnet-c": 1})
    (line,) = [mistake.line for mistake in zones_left(wish(), there)]
    assert line.startswith(
        "az_ids: found no az2, where the side has addresses in subnet-c (10.0.2.0/24); "
        "allowed: every zone that the link stands in: az1, az2; put az2 back: "
    )
    assert zones_left(wish(), replace(there, held={"subnet-a": 3})) == []
