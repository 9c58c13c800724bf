"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html"""

from __future__ import annotations

from rig.world import World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

URL = f"https://orders.{worlds.DOMAIN}/"


def test_a_tcp_listener_parts_from_who_says_nothing_for_so_long(client: Agent, cloud: Cloud, base: World, ca: str):
    listener = next(one for one in base.listeners if one.load_balancer_arn == worlds.NLB)

    def kept(seconds: str) -> bool | str:
        cloud.apply(worlds.change(base, "listeners", listener.arn, attributes={"tcp.idle_timeout.seconds": seconds}))
        cloud.wait_healthy(worlds.STABLE)
        client.open(seconds, URL, ca=ca, to=("10.0.10.20", 443))
        assert client.again(seconds, "/")["status"] == 200
        return client.ended(seconds, 2)

    assert kept("350") == "timeout"
    cloud.eventually(lambda: kept("1"), True)
