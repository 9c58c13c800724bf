"""A company's servers behind a VPC's virtual private gateway: https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html"""

from __future__ import annotations

import json
from dataclasses import replace

from rig.world import HealthCheck, Listener, Target, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

SERVER = ("192.168.64.10", 27000)
LICENCES = worlds.STABLE.replace("orders-stable", "licences")


def routed(world: World, *subnet_ids: str) -> World:
    subnets = (replace(one, vpn_routes=("192.168.64.0/24",)) if one.id in subnet_ids else one for one in world.subnets)
    return replace(world, subnets=tuple(subnets))


def greeting(client: Agent, host: str, port: int) -> object:
    answer = client.say(host, port, "")
    return json.loads(answer) if answer.startswith("{") else answer


def test_a_route_leads_there_from_its_subnet_alone(cloud: Cloud, base: World, client: Agent):
    assert client.connect(*SERVER) == "timeout"
    cloud.apply(routed(base, "private-c"))
    assert client.connect(*SERVER) == "timeout"
    cloud.apply(routed(base, "private-a"))
    assert greeting(client, *SERVER) == {"address": SERVER[0], "port": SERVER[1], "client": "10.0.10.10"}


def test_what_the_route_does_not_name_is_not_reached(cloud: Cloud, base: World, client: Agent):
    subnets = (replace(one, vpn_routes=("192.168.64.128/25",)) for one in base.subnets)
    cloud.apply(replace(base, subnets=tuple(subnets)))
    assert client.connect(*SERVER) == "timeout"
    assert client.connect("192.168.64.200", 27000) == "open"


def test_when_the_gateway_goes_its_connections_go(cloud: Cloud, base: World, client: Agent):
    cloud.apply(routed(base, "private-a"))
    assert client.connect(*SERVER) == "open"
    cloud.apply(base)
    assert client.connect(*SERVER) == "timeout"
    cloud.apply(routed(base, "private-a"))
    assert client.connect(*SERVER) == "open"


def with_listener(base: World, zone: str) -> World:
    """The NLB of the isolated side sends port 1947 to the server, from the nodes in `zone`."""
    check = HealthCheck(protocol="TCP", port="traffic-port", path="", interval_seconds=10, timeout_seconds=1)
    target = Target(id=SERVER[0], address=SERVER[0], port=SERVER[1], az_name=zone)
    group = worlds.target_group(LICENCES, "ip", "TCP", check, target)
    forward = replace(worlds.forward(stable=1), target_groups=(worlds.WeightedTargetGroup(arn=LICENCES, weight=1),))
    listener = Listener(
        arn=f"{worlds.NLB}/1947", load_balancer_arn=worlds.NLB, port=1947, protocol="TCP", default=forward
    )
    world = worlds.with_rules(base, "sg-endpoint", worlds.rule("tcp", 1947, group="sg-client"))
    world = worlds.with_rules(world, "sg-balancers", worlds.rule("tcp", 1947, cidr="10.0.0.0/16"))
    world = replace(world, listeners=(*world.listeners, listener), target_groups=(*world.target_groups, group))
    return routed(world, "isolated-a", "isolated-c")


def test_a_load_balancer_sends_there_from_every_zone(cloud: Cloud, base: World, client: Agent):
    """What it hears first it hears through PrivateLink, from the load balancer's own address."""
    cloud.apply(with_listener(base, "all"))
    cloud.wait_healthy(LICENCES)
    for address, node in (("10.0.10.20", "10.0.10.30"), ("10.0.11.20", "10.0.11.30")):
        told = {"address": SERVER[0], "port": SERVER[1], "client": node}
        cloud.eventually(lambda at=address: greeting(client, at, 1947), told)


def test_a_load_balancer_sends_there_from_the_zone_that_was_named(cloud: Cloud, base: World, client: Agent):
    cloud.apply(with_listener(base, "ap-northeast-1c"))  # the isolated account's name of apne1-az4
    cloud.wait_healthy(LICENCES)
    cloud.eventually(lambda: isinstance(greeting(client, "10.0.10.20", 1947), dict), True)
    assert not isinstance(greeting(client, "10.0.11.20", 1947), dict)
