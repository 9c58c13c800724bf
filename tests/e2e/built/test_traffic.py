"""Requests really cross the link: each service answers as itself, through the whole path."""

from e2e import sandbox, services, task


def test_every_service_answers_through_the_whole_path():
    told = task.ask(task.public_requests(services.targets(), seconds=3))
    assert set(told) == set(services.names())
    assert all(answer["ok"] and not answer["failed"] for answer in told.values()), told


def test_a_host_nobody_serves_is_not_answered():
    nobody = {"name": "nobody", "host": f"nobody.{services.DOMAIN}", "path": "/"}
    told = task.ask(task.public_requests([nobody], seconds=1))
    assert told["nobody"]["ok"] == 0
    assert "404" in told["nobody"]["errors"][0]


def test_the_isolated_vpc_has_no_way_out_of_its_own():
    ec2 = sandbox.client("isolated", "ec2")
    ours = [{"Name": "tag:privatelink:link", "Values": [sandbox.LINK]}]
    assert ec2.describe_nat_gateways(Filter=ours)["NatGateways"] == []
    assert ec2.describe_internet_gateways(Filters=ours)["InternetGateways"] == []
    for table in ec2.describe_route_tables(Filters=ours)["RouteTables"]:
        assert not [route for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]


def test_both_vpcs_use_the_same_addresses():
    cidrs = set()
    for side in sandbox.SIDES:
        ours = [{"Name": "tag:privatelink:link", "Values": [sandbox.LINK]}]
        (vpc,) = sandbox.client(side, "ec2").describe_vpcs(Filters=ours)["Vpcs"]
        cidrs.add(vpc["CidrBlock"])
    assert len(cidrs) == 1
