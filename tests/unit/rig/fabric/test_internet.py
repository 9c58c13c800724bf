"""What the Internet reaches of a VPC: load balancers that face it, through their security groups, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rig.pki import Pki
from rig.world import Action, Certificate, Listener, LoadBalancer, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Cloud

ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/shop/1"
NAME = f"shop-1.{worlds.REGION}.elb.amazonaws.com"
URL = "https://shop.example/basket"


@pytest.fixture
def shop(cloud: Cloud, base: World, pki: Pki) -> World:
    """The link, with an application load balancer of somebody else's in the public VPC."""
    issued = pki.public.issue(["shop.example"])
    shown = Certificate(arn="shop", chain_pem=issued.chain_pem, key_pem=issued.key_pem, names=("shop.example",))
    foot = worlds.interface("shop", worlds.PUBLIC, "public-a", "10.0.0.40", "shop", public="13.112.0.40")
    balancer = LoadBalancer(
        arn=ARN,
        name="shop",
        kind="application",
        vpc_id=worlds.PUBLIC,
        dns_name=NAME,
        active=True,
        interface_ids=(foot.id,),
        groups=("sg-shop",),
    )
    listener = Listener(
        arn="arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:listener/app/shop/1/1",
        load_balancer_arn=ARN,
        port=443,
        protocol="HTTPS",
        certificates=(shown,),
        default=Action(kind="fixed-response", status_code="200", body="come in"),
    )
    made = replace(
        base,
        interfaces=(*base.interfaces, foot),
        security_groups=(
            *base.security_groups,
            worlds.group("shop", worlds.PUBLIC, worlds.rule("tcp", 443, cidr="0.0.0.0/0")),
        ),
        load_balancers=(*base.load_balancers, balancer),
        listeners=(*base.listeners, listener),
    )
    cloud.apply(made)
    return made


def visited(cloud: Cloud, **more):
    answer = cloud.visit(URL, **more)
    return answer.get("body") or answer["error"].split(":")[0]


def test_a_load_balancer_that_faces_the_internet_answers_it(cloud: Cloud, shop: World):
    """The name leads to its public address; the certificate is for the host that is asked for."""
    cloud.eventually(lambda: visited(cloud, connect_to=NAME), "come in")
    assert "certificate verify failed" in cloud.visit(URL.replace("shop.", "other."), connect_to=NAME)["error"]


def test_its_security_group_is_asked_about_visitors_too(cloud: Cloud, shop: World):
    cloud.eventually(lambda: visited(cloud, connect_to=NAME), "come in")
    cloud.apply(worlds.with_rules(shop, "sg-shop", worlds.rule("tcp", 443, cidr="10.0.0.0/8")))
    assert visited(cloud, connect_to=NAME) == "TimeoutError"
    # CloudFront's addresses are its own: a group may let in nobody else.
    cloud.apply(worlds.with_rules(shop, "sg-shop", worlds.rule("tcp", 443, cidr="130.176.0.0/17")))
    cloud.eventually(lambda: visited(cloud, connect_to=NAME), "come in")


def test_nothing_else_of_a_vpc_is_reached(cloud: Cloud, shop: World):
    inside = "internal-tokyo-services-1.ap-northeast-1.elb.amazonaws.com"
    assert visited(cloud, connect_to=inside) == "OSError"  # a private address leads nowhere
    assert "does not resolve" in cloud.visit(URL, connect_to="nowhere.invalid")["error"]
