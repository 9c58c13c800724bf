"""Who presents which certificate."""

from __future__ import annotations

from dataclasses import replace

from rig.pki import Pki
from rig.world import Certificate, HealthCheck, Listener, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud


def certificate(pki: Pki, name: str) -> Certificate:
    issued = pki.service.issue([name])
    return Certificate(arn=f"arn:{name}", chain_pem=issued.chain_pem, key_pem=issued.key_pem, names=(name,))


def test_the_certificate_follows_the_name_that_the_client_asks_for(
    client: Agent, cloud: Cloud, base: World, pki: Pki, ca: str
):
    listener = next(one for one in base.listeners if one.load_balancer_arn == worlds.ALB)
    both = (*listener.certificates, certificate(pki, "shop.osaka.twoway.example"))
    cloud.apply(worlds.change(base, "listeners", listener.arn, certificates=both))

    def ask(name: str):
        answer = client.fetch(f"https://{name}/", ca=ca, to=(worlds.ENDPOINT_NAME, 443))
        return answer["status"] if isinstance(answer, dict) else answer

    cloud.eventually(lambda: ask("shop.osaka.twoway.example"), 404)
    assert ask(f"orders.{worlds.DOMAIN}") == 200
    assert "Hostname mismatch" in ask("shop.kyoto.twoway.example")  # nobody's name: the default certificate


def test_a_tls_listener_of_an_nlb_ends_tls_itself(client: Agent, cloud: Cloud, base: World, pki: Pki, ca: str):
    """Its certificate is the listener's, and the target hears it in the clear."""
    group = worlds.target_group(
        worlds.CANARY,
        "ip",
        "TCP",
        HealthCheck(protocol="TCP", port="traffic-port", interval_seconds=10, timeout_seconds=1),
        worlds.target("10.0.10.50"),
    )
    groups = tuple(group if one.arn == worlds.CANARY else one for one in base.target_groups)
    listener = Listener(
        arn=f"{worlds.NLB}/8443",
        load_balancer_arn=worlds.NLB,
        port=8443,
        protocol="TLS",
        certificates=(certificate(pki, "door.twoway.example"),),
        default=worlds.forward(canary=1),
    )
    world = replace(base, target_groups=groups, listeners=(*base.listeners, listener))
    world = worlds.with_rules(world, "sg-tasks", worlds.rule("tcp", 8443, cidr="10.0.0.0/16"))
    cloud.apply(worlds.with_rules(world, "sg-endpoint", worlds.rule("tcp", 8443, group="sg-client")))

    def ask():
        answer = client.fetch("https://door.twoway.example/", ca=ca, to=("10.0.10.20", 8443))
        return answer["status"] if isinstance(answer, dict) else answer

    cloud.eventually(ask, 200)
