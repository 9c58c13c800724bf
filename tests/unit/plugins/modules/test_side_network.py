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


KINDS = {
    "CreateVpc": ("vpc", "DescribeVpcs"),
    "CreateInternetGateway": ("internet_gateway", "DescribeInternetGateways"),
    "AllocateAddress": ("address", "DescribeAddresses"),
}


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param({}, id="connection closed"),
        *(pytest.param({"status": status}, id=str(status)) for status in (500, 502, 503, 504)),
        pytest.param({"status": 503, "code": "Unavailable"}, id="Unavailable"),
        pytest.param({"times": 3}, id="three in a row"),
    ],
)
@pytest.mark.parametrize("action", KINDS)
def test_a_creation_whose_answer_is_lost_is_done_once(run, cloud, holdings, action, lost):
    cloud.fault(action, "lost", **lost)
    result = run(MODULE, ACCOUNT, **SMALL)

    assert "failed" not in result and cloud.calls.count(action) == 1
    assert holdings()[KINDS[action][0]] == WHOLE[KINDS[action][0]]
    assert not run(MODULE, ACCOUNT, **SMALL)["changed"]


@pytest.mark.parametrize("action", ["CreateRouteTable", "CreateNatGateway"])
def test_a_token_holds_however_often_the_call_is_sent(run, cloud, holdings, action):
    cloud.fault(action, "lost", status=503, code="Unavailable", times=7)
    run(MODULE, ACCOUNT, **SMALL)

    assert {kind: len(names) for kind, names in holdings().items()} == {**SIZE, "subnet": 2, "route_table": 2}


@pytest.mark.parametrize("action", KINDS)
def test_it_is_looked_for_with_patience(run, cloud, holdings, action):
    cloud.fault(KINDS[action][1], "stale", seconds=20)
    cloud.fault(action, "lost")
    run(MODULE, ACCOUNT, **SMALL)

    assert cloud.calls.count(action) == 1
    assert holdings()[KINDS[action][0]] == WHOLE[KINDS[action][0]]


@pytest.mark.parametrize("action", KINDS)
def test_a_creation_that_was_not_done_is_tried_again(run, cloud, holdings, action):
    cloud.fault(action, "unavailable", times=2)
    run(MODULE, ACCOUNT, **SMALL)

    assert cloud.calls.count(action) == 3
    assert holdings()[KINDS[action][0]] == WHOLE[KINDS[action][0]]


@pytest.mark.parametrize("action", KINDS)
def test_a_throttled_creation_is_tried_again_without_a_look(run, cloud, holdings, action):
    cloud.fault(action, "throttle", times=2)
    run(MODULE, ACCOUNT, **SMALL)

    assert cloud.calls.count(action) == 3
    assert holdings()[KINDS[action][0]] == WHOLE[KINDS[action][0]]


def test_the_retries_of_the_operator_do_not_bring_a_second_one(run, cloud, holdings, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    cloud.fault("CreateVpc", "lost")
    run(MODULE, ACCOUNT, **SMALL, aws_config={"retries": {"max_attempts": 5, "mode": "standard"}})

    assert holdings()["vpc"] == ["tokyo"]


def test_the_isolated_side_has_one_vpc_too(run, cloud):
    cloud.fault("CreateVpc", "lost")
    run(MODULE, "isolated", **{**ISOLATED, "tags": {**TAGS, "privatelink:side": "isolated"}})

    ours = [{"Name": "tag:privatelink:link", "Values": ["tokyo"]}]
    assert len(cloud.client("ec2", "isolated").describe_vpcs(Filters=ours)["Vpcs"]) == 1


@pytest.fixture
def twin(cloud):
    """twin("vpc") -> the id of one more that carries our tags and name."""
    ec2 = cloud.client("ec2", ACCOUNT)

    def tagged(kind, name):
        tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": name}.items()]
        return [{"ResourceType": kind, "Tags": tags}]

    def make(kind):
        if kind == "vpc":
            specifications = tagged("vpc", "tokyo")
            return ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specifications)["Vpc"]["VpcId"]
        if kind == "internet_gateway":
            made = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", "tokyo"))
            return made["InternetGateway"]["InternetGatewayId"]
        specifications = tagged("elastic-ip", "tokyo-nat-apne1-az1")
        return ec2.allocate_address(Domain="vpc", TagSpecifications=specifications)["AllocationId"]

    return make


TWINS = ("vpc", "internet_gateway", "address")


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", TWINS)
def test_the_empty_ones_of_a_name_go_and_the_one_in_use_stays(run, holdings, twin, kind, number):
    network = run(MODULE, ACCOUNT, **SMALL)["network"]
    empty = {twin(kind) for _turn in range(number)}
    forecast = run(MODULE, ACCOUNT, check=True, **SMALL)
    result = run(MODULE, ACCOUNT, **SMALL)

    name = WHOLE[kind][0]
    why = f"one of {number + 1} that carry our tags, and nothing uses it"
    assert [action["verb"] for action in result["actions"]] == [f"delete_{kind}"] * number
    assert {(action["target"], action["why"]) for action in result["actions"]} == {
        (f"{kind} {name} ({one})", why) for one in empty
    }
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert len(result["diff"]["before"][kind]) == number + 1 and len(result["diff"]["after"][kind]) == 1
    assert holdings()[kind] == [name] and result["network"] == network
    assert not run(MODULE, ACCOUNT, **SMALL)["changed"]


@pytest.mark.parametrize("kind", TWINS)
def test_of_two_that_nobody_uses_yet_one_goes(run, cloud, holdings, twin, kind):
    for _turn in range(2):
        twin(kind)
    result = run(MODULE, ACCOUNT, **SMALL)

    assert f"delete_{kind}" in verbs(result) and f"create_{kind}" not in verbs(result)
    assert {found: len(names) for found, names in holdings().items()} == {**SIZE, "subnet": 2, "route_table": 2}
    assert not run(MODULE, ACCOUNT, **SMALL)["changed"]


def test_two_in_use_are_an_error_that_says_what_to_do(run, cloud, holdings, twin):
    first = run(MODULE, ACCOUNT, **SMALL)["network"]["vpc_id"]
    second = twin("vpc")
    ec2 = cloud.client("ec2", ACCOUNT)
    subnet = ec2.create_subnet(VpcId=second, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    before = holdings()
    result = run(MODULE, ACCOUNT, **SMALL)

    assert result["failed"] and result["msg"].startswith("vpc tokyo: 2 of them carry our tags and are in use: ")
    assert first in result["msg"] and f"{second} ({subnet})" in result["msg"]
    assert "allowed: one; empty, or take privatelink:link off, those that are not wanted" in result["msg"]
    assert "\n" not in result["msg"] and holdings() == before


@pytest.mark.parametrize("kind", ["security_group", "route_table", "endpoint", "internet_gateway"])
def test_a_vpc_that_holds_anything_is_not_empty(run, cloud, holdings, twin, kind):
    run(MODULE, ACCOUNT, **SMALL)
    second, ec2 = twin("vpc"), cloud.client("ec2", ACCOUNT)
    if kind == "security_group":
        ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=second)
    if kind == "route_table":
        ec2.create_route_table(VpcId=second)
    if kind == "endpoint":
        ec2.create_vpc_endpoint(VpcId=second, ServiceName="com.amazonaws.ap-northeast-1.s3", VpcEndpointType="Gateway")
    if kind == "internet_gateway":
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=second)
    result = run(MODULE, ACCOUNT, **SMALL)

    assert result["failed"] and "vpc tokyo: 2 of them carry our tags and are in use" in result["msg"]
    assert holdings()["vpc"] == ["tokyo", "tokyo"]


def test_a_nat_gateway_that_no_route_leads_to_goes_with_its_address(run, cloud, holdings, twin):
    network = run(MODULE, ACCOUNT, **SMALL)["network"]
    ec2 = cloud.client("ec2", ACCOUNT)
    tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": "tokyo-nat-apne1-az1"}.items()]
    ec2.create_nat_gateway(
        SubnetId=network["public_subnet_ids"][0],
        AllocationId=twin("address"),
        TagSpecifications=[{"ResourceType": "natgateway", "Tags": tags}],
    )
    result = run(MODULE, ACCOUNT, **SMALL)

    assert verbs(result) == ["delete_nat_gateway", "delete_address"]
    assert {kind: len(names) for kind, names in holdings().items()} == {**SIZE, "subnet": 2, "route_table": 2}
    assert not run(MODULE, ACCOUNT, **SMALL)["changed"]


def test_an_address_that_others_use_is_not_free(run, cloud, twin):
    run(MODULE, ACCOUNT, **SMALL)
    ec2 = cloud.client("ec2", ACCOUNT)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.associate_address(AllocationId=twin("address"), NetworkInterfaceId=interface)
    result = run(MODULE, ACCOUNT, **SMALL)

    assert result["failed"] and "address tokyo-nat-apne1-az1: 2 of them carry our tags and are in use" in result["msg"]


@pytest.mark.parametrize("kind", TWINS)
def test_a_tear_down_takes_all_that_carry_our_tags(run, holdings, twin, kind):
    run(MODULE, ACCOUNT, **SMALL)
    twin(kind)
    run(MODULE, ACCOUNT, **ABSENT)

    assert not holdings()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_a_tear_down_takes_two_whole_networks_of_one_name(run, cloud, holdings):
    """Two first runs at once make them: neither sees the other's."""
    ec2 = cloud.client("ec2", ACCOUNT)
    run(MODULE, ACCOUNT, **SMALL)
    hidden, shown = ([{"Key": "privatelink:link", "Value": link}] for link in ("tokyo-hidden", "tokyo"))
    reads = (
        ("describe_vpcs", "Vpcs", "VpcId"),
        ("describe_subnets", "Subnets", "SubnetId"),
        ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        ("describe_addresses", "Addresses", "AllocationId"),
        ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
        ("describe_route_tables", "RouteTables", "RouteTableId"),
    )
    first = [item[key] for call, list_key, key in reads for item in getattr(ec2, call)()[list_key] if item.get("Tags")]
    ec2.create_tags(Resources=first, Tags=hidden)
    run(MODULE, ACCOUNT, **SMALL)
    ec2.create_tags(Resources=first, Tags=shown)
    assert len(holdings()["vpc"]) == len(holdings()["nat_gateway"]) == 2
    refused = run(MODULE, ACCOUNT, **SMALL)
    run(MODULE, ACCOUNT, **ABSENT)

    assert refused["failed"] and "vpc tokyo: 2 of them carry our tags and are in use" in refused["msg"]
    assert not holdings()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]
