"""A service moves from one way out to another while it is asked; what nobody uses any more goes, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from e2e import clouds, link, playbook, sandbox, services, task
from e2e.interrupted import kill_after

ASKER = Path(__file__).with_name("asker.py")
APIS = Path("host_vars") / "tokyo_public" / "external_apis.yml"
LICENCES = {"name": "licences", "mode": "listener", "addresses": ["192.168.64.10"], "ports": [27000]}
PREMISES = "192.168.64.0/24"
# Writes of the move after which it is killed, and begun again: one among the load balancer's, one among the services'.
MOMENTS = (6, 16)


@pytest.fixture(autouse=True, scope="module")
def cloud() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "egress"):
        yield


def inventory(directory: Path, *, ask: str, outbound: list[str]) -> Path:
    """The sandbox's, with the service `press`, which asks outside whenever it is asked."""
    copy = services.inventory_with(
        directory,
        name="press",
        image=services.image("probe:1").replace("/shop/", "/twoway/"),
        port=8080,
        protocol="HTTP",
        command=["python3", "-c", ASKER.read_text()],
        environment={"ASK": ask, "PORT": "8080"},
        desired_count=2,
        deregistration_delay=10,
        outbound=outbound,
    )
    listed = yaml.safe_load((copy / APIS).read_text())
    (copy / APIS).write_text(yaml.safe_dump({"external_apis": [*listed["external_apis"], LICENCES]}))
    return copy


def connect_premises() -> None:
    """As a network team does: a virtual private gateway, and routes in tables that the link's own network role made."""
    ec2 = sandbox.client("public", "ec2")
    endpoint = link.endpoint("public", "inbound")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=endpoint["VpcId"])
    tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": endpoint["SubnetIds"]}])
    for table in tables["RouteTables"]:
        ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock=PREMISES, GatewayId=gateway)


def profiles() -> dict[str, list[str]]:
    """The services of each egress profile, by port."""
    return {str(one["port"]): one["services"] for one in link.egress_profiles()}


def groups() -> set[str]:
    ours = {"Name": "tag:privatelink:link", "Values": [sandbox.LINK]}
    found = sandbox.client("isolated", "ec2").describe_security_groups(Filters=[ours])["SecurityGroups"]
    return {one["GroupName"].rpartition("-")[2] for one in found if "-egress-" in one["GroupName"]}


def listeners() -> set[str]:
    balancer = link.load_balancer("public", "outbound")["LoadBalancerArn"]
    told = sandbox.client("public", "elbv2").describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    return {str(one["Port"]) for one in told}


def target_groups() -> set[str]:
    told = sandbox.pages(sandbox.client("public", "elbv2"), "describe_target_groups", "TargetGroups")
    return {one["TargetGroupName"].rpartition("-")[2] for one in told if one["TargetType"] in ("instance", "ip")}


def heard() -> dict[str, Any]:
    """What `press` answers now."""
    told = task.ask(task.public_requests([services.target("press")], seconds=1))["press"]
    assert "last" in told, told
    return json.loads(told["last"])


CONNECT = """\
import socket, sys
try:
    socket.create_connection((sys.argv[1], 27000), 3).close()
    print("yes")
except OSError:
    print("no")
"""


def connected(name: str, groups: list[str]) -> str:
    """Whether a task in these groups gets a connection to the server's port."""
    return task.Task("isolated", ["python3", "-c", CONNECT, name], groups=[*task.PROBE, *groups]).lines()[-1]


def test_a_service_moves_under_load_and_is_killed_on_its_way(tmp_path):
    first = inventory(tmp_path / "first", ask="api.weather.example", outbound=["weather"])
    built = playbook.run("site.yml", inventory=[first])
    assert built.returncode == 0, built.output
    connect_premises()
    before = profiles()
    (old,) = (port for port, names in before.items() if names == ["press"])
    assert old in groups() & listeners()
    assert heard() == {"asked": ["api.weather.example"]}

    second = inventory(tmp_path / "second", ask="api.exchange.example", outbound=["exchange", "licences"])
    with task.running(task.public_requests(services.targets() + [services.target("press")], seconds=900)) as requester:
        for moment in MOMENTS:
            kill_after("site.yml", moment, f"--inventory={second}")
        moved = playbook.run("site.yml", inventory=[second])
        requester.stop()
        told = requester.told()

    assert moved.returncode == 0, moved.output
    assert {name: answer["failed"] for name, answer in told.items()} == dict.fromkeys(told, 0), told
    assert told["press"]["ok"] > 200
    after = profiles()
    (new,) = (port for port, names in after.items() if names == ["press"])
    assert new != old and after == {**{port: names for port, names in before.items() if port != old}, new: ["press"]}
    assert groups() == set(after)
    assert listeners() == {*after, "27000"}
    assert target_groups() >= {*after, "27000"} and old not in target_groups()
    assert heard()["asked"] == ["api.exchange.example"]
    print({name: answer["ok"] for name, answer in told.items()})


def test_what_is_past_the_proxies_is_reached_by_the_service_that_names_it():
    """In a protocol in which the server speaks first; as the load balancer, for whose subnets its firewall is open."""
    licences = heard()["licences"]
    nodes = sandbox.client("public", "ec2").describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"ELB net/{sandbox.LINK}-outbound/*"]}]
    )["NetworkInterfaces"]
    assert (licences["address"], licences["port"], licences["echo"]) == ("192.168.64.10", 27000, "7 seats")
    assert licences["client"] in {node["PrivateIpAddress"] for node in nodes}


def test_nobody_else_reaches_it():
    """Neither the probes of other profiles nor one that is in none."""
    name = link.endpoint("isolated", "outbound")["DnsEntries"][0]["DnsName"]
    assert connected(name, []) == "no"
    for port, names in profiles().items():
        assert connected(name, [f"egress-{port}"]) == ("yes" if names == ["press"] else "no"), names


def test_once_more_nothing_changes(tmp_path):
    second = inventory(tmp_path, ask="api.exchange.example", outbound=["exchange", "licences"])
    again = playbook.run("site.yml", inventory=[second])
    assert (again.returncode, again.changed) == (0, ()), again.output


def test_one_side_alone_waits_for_the_other(tmp_path):
    """The isolated side sends nobody to a port that it does not know to be open; the public one closes none alone."""
    third = inventory(tmp_path, ask="api.weather.example", outbound=["weather", "licences"])
    before = profiles()
    alone = playbook.run("site.yml", "--limit=tokyo_isolated", inventory=[third])
    assert alone.returncode != 0
    (failure,) = alone.failed
    assert "tokyo_public has not told that it opened" in failure[2] and "(press)" in failure[2]
    assert heard()["asked"] == ["api.exchange.example"]

    let_through = playbook.run("playbooks/network.yml", "--limit=tokyo_public", inventory=[third])
    assert let_through.returncode == 0, let_through.output
    opened = playbook.run("playbooks/provider.yml", "--limit=tokyo_public", inventory=[third])
    assert opened.returncode == 0, opened.output
    (new,) = (port for port, names in profiles().items() if names == ["press"] and port not in before)
    assert new in opened.output
    told = playbook.given(consumer_stack_peer_ports=[int(new)])
    moved = playbook.run("site.yml", "--limit=tokyo_isolated", told, inventory=[third])
    assert moved.returncode == 0, moved.output
    assert heard()["asked"] == ["api.weather.example"]

    kept = playbook.run("playbooks/release.yml", "--limit=tokyo_public", inventory=[third])
    assert kept.returncode == 0 and "Kept, for the services may still use it" in kept.output
    (old,) = (port for port, names in before.items() if names == ["press"])
    assert old in listeners() & set(profiles())
    released = playbook.run("playbooks/release.yml", inventory=[third])
    assert released.returncode == 0, released.output
    assert old not in listeners() | set(profiles()) | groups() | target_groups()
