"""PROXY protocol v2 in front of a target: who called, and through which endpoint."""

from __future__ import annotations

import socket
from dataclasses import replace

from rig.world import HealthCheck, Listener, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def with_plain_port(base: World) -> World:
    """Port 3128 of the NLB leads straight to the insider, with the PROXY header on."""
    group = worlds.target_group(
        worlds.CANARY,
        "ip",
        "TCP",
        HealthCheck(protocol="TCP", port="9999"),
        worlds.target("10.0.10.10", 3128),
    )
    group = replace(group, attributes={"proxy_protocol_v2.enabled": "true"})
    groups = tuple(group if one.arn == worlds.CANARY else one for one in base.target_groups)
    listener = Listener(
        arn=f"{worlds.NLB}/3128",
        load_balancer_arn=worlds.NLB,
        port=3128,
        protocol="TCP",
        default=worlds.forward(canary=1),
    )
    world = replace(base, target_groups=groups, listeners=(*base.listeners, listener))
    world = worlds.with_rules(world, "sg-tasks", worlds.rule("tcp", cidr="10.0.10.30/32"))
    return worlds.with_rules(world, "sg-endpoint", worlds.rule("tcp", group="sg-client"))


def test_the_header_tells_the_consumer_and_its_endpoint(client: Agent, insider: Agent, cloud: Cloud, base: World):
    cloud.apply(with_plain_port(base))
    insider.begin_listening(3128)
    cloud.eventually(lambda: client.say("10.0.10.20", 3128, "hello"), "heard")
    heard = insider.heard()
    assert heard["peer"] == "10.0.10.30"  # the NLB's own address: PrivateLink does not preserve the client's
    told = bytes.fromhex(heard["bytes"])
    assert told.startswith(_SIGNATURE + b"\x21\x11")  # version 2, PROXY; TCP over IPv4
    size = int.from_bytes(told[14:16], "big")
    source, destination = socket.inet_ntoa(told[16:20]), socket.inet_ntoa(told[20:24])
    assert (source, destination) == ("10.0.10.10", "10.0.10.20")
    assert told[28 : 16 + size] == b"\xea\x00\x07\x01vpce-1"
    assert told[16 + size :] == b"hello"


def test_a_target_of_its_own_health_port_needs_the_nodes_addresses_at_the_traffic_port_only(
    client: Agent, insider: Agent, cloud: Cloud, base: World
):
    """As a reverse proxy has it: the checks come by the NLB's group, the consumers by its nodes' addresses."""
    world = with_plain_port(base)
    checks, traffic = worlds.rule("tcp", 9999, group="sg-balancers"), worlds.rule("tcp", 3128, cidr="10.0.10.30/32")
    insider.begin_listening(3128)
    cloud.apply(worlds.with_rules(world, "sg-tasks", checks, traffic))
    cloud.eventually(lambda: client.say("10.0.10.20", 3128, "hello"), "heard")
    assert client.say("10.0.10.20", 3128, "hello") == "ConnectionResetError"  # let in; nobody is there any more
    cloud.apply(worlds.with_rules(world, "sg-tasks", worlds.rule("tcp", group="sg-balancers")))
    assert client.say("10.0.10.20", 3128, "hello") == "timeout"
