"""What is asked of a load balancer's surroundings, and what the answers forbid, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import Around, Subnet
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.questions import questions
from unit.plugins.module_utils.network_load_balancer.scenery import (
    ALB,
    alb_listener,
    desired,
    existing,
    listener,
    target,
)


def with_alb(front=None, **facts):
    return replace(front or Front(), around=Around(albs={"alb-1": replace(ALB, **facts)} if facts else {}))


def in_vpc(vpc_id):
    return Around(albs={"alb-1": ALB}, subnets={"subnet-1": Subnet(id="subnet-1", zone="a", vpc_id=vpc_id)})


@pytest.mark.parametrize(
    ("current", "message"),
    [
        pytest.param(with_alb(), "door:443: target_group.targets: alb-1, which is not there", id="not there"),
        pytest.param(with_alb(kind="network"), "alb-1, a network load balancer; allowed: an App", id="not application"),
        pytest.param(
            with_alb(ports=(443, 8443)),
            "target_group.port: 80, where alb-1 does not listen; allowed: 443, 8443",
            id="port",
        ),
        pytest.param(with_alb(ports=()), "a port of a listener, of which alb-1 has none", id="no listener at all"),
        pytest.param(with_alb(existing(), vpc_id="vpc-2"), "alb-1 in vpc-2; allowed: one in vpc-1", id="other VPC"),
        pytest.param(Front(around=in_vpc("vpc-3")), "alb-1 in vpc-1; allowed: one in vpc-3", id="other VPC, when new"),
        pytest.param(
            with_alb(behind={"a": ("nlb-1",), "b": ("nlb-2",)}),
            "a target of nlb-1, nlb-2 already; allowed: 2 Network Load Balancers",
            id="two Network Load Balancers have it",
        ),
    ],
)
def test_an_alb_that_cannot_become_a_target(current, message):
    with pytest.raises(PrivateLinkError, match=message):
        plan(desired(listeners=[alb_listener(443, name="new")]), current)


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param({"a": ("nlb-1",), "b": ()}, id="one has no load balancer"),
        pytest.param({"a": ("nlb-1",), "b": ("nlb-1",)}, id="both have the same one"),
        pytest.param({"a": ("nlb-1",), "b": ("door",)}, id="the other is this one"),
    ],
)
def test_an_alb_behind_one_other_load_balancer_can(behind):
    assert plan(desired(listeners=[alb_listener(443, name="new")]), with_alb(behind=behind)).changes


REMOTE = Around(cross_region_service="vpce-svc-1")


def test_no_idle_timeout_of_its_own_while_other_regions_reach_it():
    hour = desired(listeners=[listener(443, tcp_idle_timeout=3600)])
    with pytest.raises(PrivateLinkError, match="door:443: tcp_idle_timeout: 3600 s, while vpce-svc-1 publishes"):
        plan(hour, replace(existing(), around=REMOTE))
    # What is there already is AWS's to have allowed.
    assert plan(hour, replace(existing(listeners=[listener(443, tcp_idle_timeout=3600)]), around=REMOTE)).empty


def zoned(*zones, around=()):
    """A load balancer in these zones, each with a subnet of its name, and subnets around it as (id, zone)."""
    front = existing(subnet_ids=[f"subnet-{zone}" for zone in zones])
    balancer = replace(front.load_balancer, zones=tuple((zone, f"subnet-{zone}") for zone in zones))
    subnets = {id_: Subnet(id=id_, zone=zone, vpc_id="vpc-1") for id_, zone in around}
    return replace(front, load_balancer=balancer, around=Around(subnets=subnets))


def steps(made):
    return [change.values["subnet_ids"] for change in made.changes if change.verb == "set_subnets"]


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        pytest.param(["subnet-a", "subnet-b"], zoned("a"), [("subnet-a", "subnet-b")], id="added"),
        pytest.param(["subnet-a"], zoned("a", "b"), [("subnet-a",)], id="removed"),
        pytest.param(
            ["subnet-a", "subnet-c"],
            zoned("a", "b", around=[("subnet-c", "c")]),
            [("subnet-a", "subnet-c")],
            id="another zone",
        ),
        pytest.param(
            ["subnet-a", "twin"],
            zoned("a", "b", around=[("twin", "b")]),
            [("subnet-a",), ("subnet-a", "twin")],
            id="another subnet in its zone: remove, then add",
        ),
        pytest.param(
            ["new", "twin"],
            zoned("a", "b", "c", around=[("new", "d"), ("twin", "b")]),
            [("new", "subnet-a", "subnet-c"), ("new", "twin")],
            id="as much at once as AWS allows",
        ),
    ],
)
def test_subnets(wanted, current, expected):
    made = plan(desired(subnet_ids=wanted), current)

    assert steps(made) == expected
    assert list(made.as_diff()["after"]["load_balancer"]["subnet_ids"]) == sorted(wanted)


def test_another_subnet_in_every_zone_takes_two_runs():
    with pytest.raises(PrivateLinkError) as error:
        plan(desired(subnet_ids=["twin-a", "twin-b"]), zoned("a", "b", around=[("twin-b", "b"), ("twin-a", "a")]))
    assert error.value.message == (
        "load balancer door: subnet_ids: another subnet in every zone (a, b); allowed: one zone at least that stays or "
        "is new; change one zone in this run and the others in the next"
    )


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        pytest.param({}, existing(), ((), (), False), id="nothing to do, nothing to ask"),
        pytest.param({"state": "absent"}, existing(), ((), (), False), id="absent"),
        pytest.param({}, Front(), ((), (), False), id="new without an alb"),
        pytest.param({"listeners": [alb_listener(1)]}, Front(), (("alb-1",), ("subnet-1",), False), id="new with one"),
        pytest.param(
            {"listeners": [alb_listener(1, targets=[target(None)])]}, Front(), ((), (), False), id="not known yet"
        ),
        pytest.param(
            {"listeners": [alb_listener(443)]}, existing(listeners=[alb_listener(443)]), ((), (), False), id="has it"
        ),
        pytest.param(
            {"listeners": [alb_listener(443, name="x")]}, existing(), (("alb-1",), (), False), id="its VPC is known"
        ),
        pytest.param({"subnet_ids": ["subnet-1", "subnet-2"]}, existing(), ((), (), False), id="a zone more"),
        pytest.param({"subnet_ids": ["subnet-2", None]}, existing(), ((), ("subnet-2",), False), id="one for another"),
        pytest.param(
            {"listeners": [listener(443, tcp_idle_timeout=60)]}, existing(), ((), (), True), id="an idle timeout"
        ),
        pytest.param(
            {"listeners": [listener(443, tcp_idle_timeout=60)]}, Front(), ((), (), False), id="when it is new"
        ),
        pytest.param(
            {"listeners": [listener(443, tcp_idle_timeout=60)]},
            existing(listeners=[listener(443, tcp_idle_timeout=60)]),
            ((), (), False),
            id="an idle timeout that it has",
        ),
        pytest.param(
            {"listeners": [alb_listener(1)], "subnet_ids": ["subnet-1", "subnet-2"]},
            Front(),
            (("alb-1",), ("subnet-1",), False),
            id="one subnet tells the VPC",
        ),
    ],
)
def test_questions(options, current, expected):
    asked = questions(desired(**options), current)

    assert (asked.alb_arns, asked.subnet_ids, asked.idle_timeout) == expected
