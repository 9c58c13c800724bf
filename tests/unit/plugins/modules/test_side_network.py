"""side_network: a whole VPC in one call, finished by running again wherever it was killed."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "side_network", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
ZONES = ("apne1-az1", "apne1-az4")
SUBNETS = [
    *({"kind": "private", "az_id": zone, "cidr": f"10.0.{index}.0/24"} for index, zone in enumerate(ZONES)),
    *({"kind": "public", "az_id": zone, "cidr": f"10.0.{255 - index}.0/26"} for index, zone in enumerate(ZONES)),
]
WANTED = {"name": "tokyo", "cidr": "10.0.0.0/16", "subnets": SUBNETS, "internet": "single_nat", "tags": TAGS}
ISOLATED = {**WANTED, "subnets": SUBNETS[:2], "internet": "none"}
SMALL = {**WANTED, "subnets": [SUBNETS[0], SUBNETS[2]]}  # one zone: a network of few calls
ABSENT = {"name": "tokyo", "state": "absent", "tags": TAGS}


@pytest.fixture
def holdings(cloud):
    """holdings() -> the Name tags of all there is in the account, by kind."""
    ec2 = cloud.client("ec2", ACCOUNT)

    def names(items):
        return sorted(tag["Value"] for item in items for tag in item.get("Tags", []) if tag["Key"] == "Name")

    def look():
        live = [nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] in ("pending", "available")]
        found = {
            "vpc": names(ec2.describe_vpcs()["Vpcs"]),
            "subnet": names(ec2.describe_subnets()["Subnets"]),
            "internet_gateway": names(ec2.describe_internet_gateways()["InternetGateways"]),
            "address": names(ec2.describe_addresses()["Addresses"]),
            "nat_gateway": names(live),
            "route_table": names(ec2.describe_route_tables()["RouteTables"]),
        }
        return {kind: some for kind, some in found.items() if some}

    return look


WHOLE = {
    "vpc": ["tokyo"],
    "subnet": [f"tokyo-{tier}-{zone}" for tier in ("private", "public") for zone in ZONES],
    "internet_gateway": ["tokyo"],
    "address": ["tokyo-nat-apne1-az1"],
    "nat_gateway": ["tokyo-nat-apne1-az1"],
    "route_table": [*(f"tokyo-private-{zone}" for zone in ZONES), "tokyo-public"],
}

SIZE = {"vpc": 1, "internet_gateway": 1, "address": 1, "nat_gateway": 1}


def verbs(result):
    return [action["verb"] for action in result["actions"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"tags": {}}, "tags: no privatelink:link", id="no owner"),
        pytest.param({"subnets": SUBNETS[:2]}, "subnets: public ones in no zone", id="NAT without a public subnet"),
        pytest.param({"cidr": None}, "state is present but all of the following are missing: cidr", id="no block"),
    ],
)
def test_invalid(run, cloud, holdings, options, message):
    given = {key: value for key, value in {**WANTED, **options}.items() if value is not None}
    result = run(MODULE, ACCOUNT, **given)

    assert result["failed"] and message in result["msg"]
    assert not holdings()


def test_check_on_an_empty_account_names_everything(run, holdings):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and not holdings()
    planned = {kind: sorted(part["name"] for part in parts) for kind, parts in result["diff"]["after"].items()}
    assert planned == WHOLE
    assert result["network"]["vpc_id"] is None and result["network"]["private_subnet_ids"] == [None, None]
    assert result["private_subnet_cidrs"] == [one["cidr"] for one in WANTED["subnets"] if one["kind"] == "private"]


def test_create(run, cloud, holdings):
    forecast = run(MODULE, ACCOUNT, check=True, **WANTED)
    result = run(MODULE, ACCOUNT, **WANTED)

    assert holdings() == WHOLE
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    ec2 = cloud.client("ec2", ACCOUNT)
    subnets = {subnet["SubnetId"]: subnet for subnet in ec2.describe_subnets()["Subnets"]}
    zones = [subnets[subnet_id]["AvailabilityZoneId"] for subnet_id in result["network"]["private_subnet_ids"]]
    assert zones == list(ZONES)
    blocks = [subnets[subnet_id]["CidrBlock"] for subnet_id in result["network"]["private_subnet_ids"]]
    assert result["private_subnet_cidrs"] == blocks
    for table_id in result["network"]["private_route_table_ids"]:
        (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
        (route,) = [one for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0"]
        assert route["NatGatewayId"].startswith("nat-")


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and result["diff"]["before"] == result["diff"]["after"]
    assert all(call.startswith("Describe") for call in cloud.calls)


def test_the_isolated_side_has_no_way_out(run, holdings):
    run(MODULE, ACCOUNT, **ISOLATED)

    assert set(holdings()) == {"vpc", "subnet", "route_table"}


@pytest.mark.parametrize("changes", [1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 14])
def test_killed_and_run_again(run, cloud, holdings, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):  # it died without a word
        run(MODULE, ACCOUNT, **SMALL)
    run(MODULE, ACCOUNT, **SMALL)

    assert {kind: len(names) for kind, names in holdings().items()} == {**SIZE, "subnet": 2, "route_table": 2}
    assert not run(MODULE, ACCOUNT, **SMALL)["changed"]


@pytest.mark.parametrize("changes", [1, 3, 5, 6, 7, 8, 10])
def test_tear_down_killed_and_run_again(run, cloud, holdings, killed_after, changes):
    run(MODULE, ACCOUNT, **SMALL)
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **ABSENT)
    run(MODULE, ACCOUNT, **ABSENT)

    assert not holdings()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("single_nat", "nat_per_az", id="a NAT gateway more"),
        pytest.param("nat_per_az", "single_nat", id="a NAT gateway fewer"),
    ],
)
def test_another_choice_of_nat(run, holdings, before, after):
    run(MODULE, ACCOUNT, **{**WANTED, "internet": before})
    result = run(MODULE, ACCOUNT, **{**WANTED, "internet": after})

    assert result["changed"] and len(holdings()["nat_gateway"]) == (2 if after == "nat_per_az" else 1)
    assert len(holdings()["address"]) == len(holdings()["nat_gateway"])
    assert not run(MODULE, ACCOUNT, **{**WANTED, "internet": after})["changed"]


@pytest.mark.parametrize(
    ("drift", "mended"),
    [
        pytest.param("route", ["update_route_table"], id="a route taken away"),
        pytest.param("association", ["update_route_table"], id="a subnet taken off its table"),
        pytest.param("tag", ["tag"], id="a tag changed"),
        pytest.param("dns", ["update_vpc"], id="host names switched off"),
    ],
)
def test_drift(run, cloud, drift, mended):
    network = run(MODULE, ACCOUNT, **WANTED)["network"]
    ec2 = cloud.client("ec2", ACCOUNT)
    table_id = network["private_route_table_ids"][0]
    if drift == "route":
        ec2.delete_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0")
    if drift == "association":
        (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
        ec2.disassociate_route_table(AssociationId=table["Associations"][0]["RouteTableAssociationId"])
    if drift == "tag":
        ec2.create_tags(Resources=[network["vpc_id"]], Tags=[{"Key": "privatelink:role", "Value": "other"}])
    if drift == "dns":
        ec2.modify_vpc_attribute(VpcId=network["vpc_id"], EnableDnsHostnames={"Value": False})
    result = run(MODULE, ACCOUNT, **WANTED)

    assert verbs(result) == mended
    assert not run(MODULE, ACCOUNT, **WANTED)["changed"]


def test_a_block_cannot_move(run):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **{**WANTED, "cidr": "10.1.0.0/16"})

    assert result["failed"] and "vpc tokyo: cidr: 10.0.0.0/16; allowed: 10.1.0.0/16" in result["msg"]


def test_what_is_not_ours_stays(run, cloud, holdings):
    foreign = cloud.client("ec2", ACCOUNT).create_vpc(
        CidrBlock="10.0.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "tokyo"}]}],
    )["Vpc"]["VpcId"]
    made = run(MODULE, ACCOUNT, **WANTED)["network"]["vpc_id"]
    assert made != foreign
    run(MODULE, ACCOUNT, **ABSENT)

    assert holdings() == {"vpc": ["tokyo"]}
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_two_that_are_ours_are_an_error(run, cloud):
    run(MODULE, ACCOUNT, **WANTED)
    tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": "tokyo"}.items()]
    cloud.client("ec2", ACCOUNT).create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )
    result = run(MODULE, ACCOUNT, **WANTED)

    assert result["failed"] and "vpc tokyo: 2 of them carry our tags" in result["msg"]
