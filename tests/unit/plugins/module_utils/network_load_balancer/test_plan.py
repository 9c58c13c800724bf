"""(wanted, found) -> what is to be done about a load balancer, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import Listener
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front, LoadBalancer
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    Target,
    TargetGroup,
)
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.network_load_balancer.scenery import (
    alb_listener,
    desired,
    existing,
    listener,
    target,
    tls,
)


def verbs(made):
    return [change.verb for change in made.changes]


NEW = ["create_load_balancer", "set_security_groups", "create_target_group", "create_listener"]
PLANS = [
    pytest.param({}, Front(), NEW, id="nothing there"),
    pytest.param({"security_group_ids": []}, Front(), [NEW[0], *NEW[2:]], id="without groups nothing to enforce"),
    pytest.param(
        {"enforce_privatelink_security_groups": True}, Front(), [NEW[0], *NEW[2:]], id="AWS enforces unless told not to"
    ),
    pytest.param({"cross_zone": True}, Front(), [*NEW[:2], "set_cross_zone", *NEW[2:]], id="cross-zone"),
    pytest.param({}, existing(), [], id="as wanted"),
    pytest.param({"subnet_ids": ["subnet-2", "subnet-1"]}, existing(), ["set_subnets"], id="zone added"),
    pytest.param({"security_group_ids": ["sg-2"]}, existing(), ["set_security_groups"], id="groups"),
    pytest.param({"enforce_privatelink_security_groups": True}, existing(), ["set_security_groups"], id="enforcement"),
    pytest.param({"ip_address_type": "dualstack"}, existing(), ["set_ip_address_type"], id="address type"),
    pytest.param({"listeners": []}, existing(), ["delete_listener", "delete_target_group"], id="listener too many"),
    pytest.param({"listeners": [], "purge_listeners": False}, existing(), [], id="listeners kept"),
    pytest.param(
        {"listeners": [listener(443, name="new")]},
        existing(),
        ["create_target_group", "modify_listener", "delete_target_group"],
        id="other group",
    ),
    pytest.param(
        {"listeners": [listener(443), listener(444)]}, existing(), ["create_listener"], id="two listeners, one group"
    ),
    pytest.param(
        {"listeners": [listener(443)]},
        existing(listeners=[listener(443, targets=[target("10.0.0.1")])]),
        [],
        id="targets not given",
    ),
    pytest.param(
        {"listeners": [listener(443, targets=[target("10.0.0.1")])]},
        existing(listeners=[listener(443, targets=[target("10.0.0.1", 80, "zone-a")])]),
        [],
        id="AWS fills in the zone",
    ),
    pytest.param(
        {"listeners": [listener(443, targets=[target("10.0.0.1", 81)])]},
        existing(listeners=[listener(443, targets=[target("10.0.0.1", 80)])]),
        ["register", "deregister"],
        id="other port of a target",
    ),
    pytest.param(
        {"listeners": [listener(443, targets=[target("10.0.0.2")], purge_targets=False)]},
        existing(listeners=[listener(443, targets=[target("10.0.0.1")])]),
        ["register"],
        id="targets kept",
    ),
    pytest.param(
        {"listeners": [listener(443, health_check={"interval": 10, "path": None})]},
        existing(listeners=[listener(443, health_check={"interval": "10"})]),
        [],
        id="numbers as text",
    ),
    pytest.param({"state": "absent"}, Front(), [], id="absent already"),
    pytest.param({"state": "absent"}, existing(), ["delete_load_balancer", "delete_target_group"], id="to be deleted"),
    pytest.param(
        {"state": "absent"},
        existing(listeners=[alb_listener(443)]),
        ["delete_load_balancer", "deregister", "delete_target_group"],
        id="an alb is let go first",
    ),
    pytest.param(
        {"state": "absent"},
        existing(listeners=[listener(443, target_type="instance", auto_scaling_group="web")]),
        ["delete_load_balancer", "detach_auto_scaling_group", "delete_target_group"],
        id="an Auto Scaling group lets go first",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", "c-2")]},
        Front(),
        [*NEW[:3], "create_listener", "add_certificates"],
        id="new with two certificates",
    ),
    pytest.param({"listeners": [tls(443, "c-1")]}, existing(listeners=[tls(443, "c-1")]), [], id="TLS as wanted"),
    pytest.param(
        {"listeners": [tls(443, "c-1", "c-2")]},
        existing(listeners=[tls(443, "c-1", "c-2")]),
        [],
        id="TLS as wanted, two certificates",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-2", "c-1")]},
        existing(listeners=[tls(443, "c-1")]),
        ["modify_listener", "add_certificates"],
        id="another default certificate, the old one besides",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", "c-3")]},
        existing(listeners=[tls(443, "c-1", "c-2")]),
        ["add_certificates", "remove_certificates"],
        id="another certificate: add, then remove",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-2")]},
        existing(listeners=[tls(443, "c-1", "c-2")]),
        ["modify_listener"],
        id="the other certificate becomes the default one",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", ssl_policy="ELBSecurityPolicy-FS-1-2-2019-08")]},
        existing(listeners=[tls(443, "c-1")]),
        ["modify_listener"],
        id="TLS policy",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", alpn_policy="HTTP2Only")]},
        existing(listeners=[tls(443, "c-1")]),
        ["modify_listener"],
        id="ALPN",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1")]},
        existing(listeners=[tls(443, "c-1", alpn_policy="HTTP2Only")]),
        [],
        id="ALPN not given",
    ),
    pytest.param({"listeners": [tls(443, "c-1")]}, existing(), ["modify_listener"], id="TCP becomes TLS"),
    pytest.param(
        {"listeners": [listener(443)]},
        existing(listeners=[tls(443, "c-1", "c-2")]),
        ["modify_listener"],
        id="TLS becomes TCP and its certificates are of no matter",
    ),
    pytest.param(
        {"listeners": [listener(443, tcp_idle_timeout=3600)]},
        Front(),
        [*NEW[:3], "create_listener", "set_idle_timeout"],
        id="new with an idle timeout",
    ),
    pytest.param(
        {"listeners": [listener(443, tcp_idle_timeout=350)]}, Front(), NEW, id="AWS's own idle timeout needs no call"
    ),
    pytest.param(
        {"listeners": [listener(443, tcp_idle_timeout=350)]},
        existing(listeners=[listener(443, tcp_idle_timeout=3600)]),
        ["set_idle_timeout"],
        id="idle timeout",
    ),
    pytest.param(
        {"listeners": [listener(443, tcp_idle_timeout=3600)]},
        existing(listeners=[tls(443, "c-1")]),
        ["modify_listener", "set_idle_timeout"],
        id="TLS becomes TCP with an idle timeout",
    ),
    pytest.param(
        {"listeners": [listener(443, target_type="instance", auto_scaling_group="web")]},
        existing(listeners=[listener(443, target_type="instance")]),
        ["attach_auto_scaling_group"],
        id="Auto Scaling group",
    ),
    pytest.param(
        {"listeners": [listener(443, target_type="instance", auto_scaling_group="web")]},
        existing(listeners=[listener(443, target_type="instance", auto_scaling_group="old")]),
        ["attach_auto_scaling_group", "detach_auto_scaling_group"],
        id="another Auto Scaling group: attach, then detach",
    ),
    pytest.param(
        {"listeners": [listener(443, target_type="instance")]},
        existing(listeners=[listener(443, target_type="instance", auto_scaling_group="web")]),
        [],
        id="Auto Scaling group not given",
    ),
    pytest.param(
        {"listeners": []},
        existing(listeners=[listener(443, target_type="instance", auto_scaling_group="web")]),
        ["delete_listener", "detach_auto_scaling_group", "delete_target_group"],
        id="a target group that goes is detached",
    ),
    pytest.param(
        {"state": "absent"},
        replace(existing(), load_balancer=None, listeners=()),
        ["delete_target_group"],
        id="what a killed run left",
    ),
]


@pytest.mark.parametrize(("options", "current", "expected"), PLANS)
def test_plan(options, current, expected):
    made = plan(desired(**options), current)

    assert verbs(made) == expected
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])


def test_a_listener_that_forwards_by_weights_is_not_ours_to_judge():
    current = existing()
    weighted = replace(
        current,
        listeners=(*current.listeners, Listener(port=80, protocol="TCP", target_group=None, arn="listener-80")),
        target_groups=(
            *current.target_groups,
            TargetGroup(name="canary", target_type="ip", port=80, protocol="TCP", arn="arn-canary"),
        ),
    )

    assert plan(desired(purge_listeners=False), weighted).empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"scheme": "internet-facing"}, "load balancer door: scheme: internal", id="scheme"),
        pytest.param({"security_group_ids": []}, "security_group_ids: made with some", id="groups to none"),
        pytest.param({"subnet_ids": []}, "subnet_ids: no subnet", id="no subnet"),
        pytest.param({"listeners": [listener(443, port=81)]}, "target group tg: port: 80", id="port"),
        pytest.param(
            {"listeners": [listener(443, protocol="TCP_UDP")]}, "target group tg: protocol: TCP", id="protocol"
        ),
        pytest.param({"listeners": [listener(443, target_type="alb")]}, "target_type: ip", id="target type"),
    ],
)
def test_what_aws_cannot_change(options, message):
    with pytest.raises(PrivateLinkError, match=message):
        plan(desired(**options), existing())


def test_groups_can_be_given_only_at_creation():
    with pytest.raises(PrivateLinkError, match="security_group_ids: made without any"):
        plan(desired(), existing(security_group_ids=[]))


@pytest.mark.parametrize(
    ("item", "message"),
    [
        pytest.param(tls(443), "listeners\\[0\\].certificate_arns: none", id="TLS without a certificate"),
        pytest.param(
            listener(443, certificate_arns=["c-1"]), "certificate_arns: protocol: TCP; allowed: protocol: TLS", id="TCP"
        ),
        pytest.param(listener(443, ssl_policy="x"), "ssl_policy: protocol: TCP", id="policy without TLS"),
        pytest.param(listener(443, alpn_policy="None"), "alpn_policy: protocol: TCP", id="ALPN without TLS"),
        pytest.param(
            listener(443, tcp_idle_timeout=59), "59 s with protocol: TCP; allowed: 60 to 6000", id="too short"
        ),
        pytest.param(listener(443, tcp_idle_timeout=6001), "6001 s with protocol: TCP", id="too long"),
        pytest.param(tls(443, "c", tcp_idle_timeout=60), "60 s with protocol: TLS", id="idle timeout of TLS"),
        pytest.param(tls(443, "c", target_type="alb"), "TLS to an Application Load Balancer", id="TLS to an alb"),
        pytest.param(
            alb_listener(443, protocol="TCP_UDP"),
            "protocol: TCP_UDP; allowed: TCP with target_type: alb",
            id="alb, UDP",
        ),
        pytest.param(
            alb_listener(443, health_check={"protocol": "TCP"}),
            "target_group.health_check.protocol: TCP; allowed: HTTP or HTTPS with target_type: alb",
            id="alb, TCP check",
        ),
        pytest.param(
            alb_listener(443, attributes={"a": 1}), "attributes: a; allowed: none with target_type: alb", id="alb, any"
        ),
        pytest.param(listener(443, over="UDP"), "TCP behind a UDP listener; allowed: UDP or TCP_UDP", id="UDP to TCP"),
        pytest.param(listener(443, protocol="TLS"), "TLS behind a TCP listener; allowed: TCP or TCP_UDP", id="to TLS"),
        pytest.param(
            listener(443, auto_scaling_group="web"), "auto_scaling_group: target_type: ip; allowed", id="not instances"
        ),
        pytest.param(
            listener(443, target_type="instance", auto_scaling_group="web", targets=[]),
            "targets besides auto_scaling_group; allowed: one of the two",
            id="two who register",
        ),
    ],
)
def test_listeners_that_aws_would_refuse(item, message):
    with pytest.raises(PrivateLinkError, match=message):
        desired(listeners=[item])


def test_one_alb_a_group():
    with pytest.raises(PrivateLinkError, match="2 load balancers; allowed: one with target_type: alb"):
        desired(listeners=[listener(443, target_type="alb", targets=[target("a"), target("b")])])


BOTO = {
    "LoadBalancerName": "door",
    "LoadBalancerArn": "lb",
    "DNSName": "door.example",
    "Scheme": "internal",
    "VpcId": "vpc-1",
    "State": {"Code": "active"},
    "AvailabilityZones": [{"ZoneName": "b", "SubnetId": "subnet-1"}, {"ZoneName": "a", "SubnetId": "subnet-2"}],
}


@pytest.mark.parametrize(
    ("said", "enforced"),
    [
        ({}, None),
        ({"SecurityGroups": ["sg-1"]}, True),
        (
            {"SecurityGroups": ["sg-1"], "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"},
            True,
        ),
        (
            {"SecurityGroups": ["sg-1"], "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off"},
            False,
        ),
    ],
)
def test_enforcement_as_aws_says_it(said, enforced):
    made = LoadBalancer.from_boto({**BOTO, **said}, tags={}, attributes={})

    assert made.enforce_privatelink_security_groups is enforced
    assert made.as_result()["availability_zones"][0] == {"zone_name": "a", "subnet_id": "subnet-2"}


ADDRESSES = st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2"]), unique=True).map(lambda ids: [target(i) for i in ids])


@st.composite
def listeners(draw):
    made = {}
    for name in draw(st.lists(st.sampled_from(["one", "two"]), unique=True)):
        options = {
            "targets": draw(st.none() | ADDRESSES),
            "purge_targets": draw(st.booleans()),
            "health_check": draw(st.sampled_from([None, {"path": "/a"}, {"path": "/b", "interval": 10}])),
            "attributes": draw(st.sampled_from([None, {"proxy_protocol_v2.enabled": True}])),
        }
        for port in draw(st.lists(st.sampled_from([80, 81, 82]), unique=True)):
            made[port] = listener(port, name=name, **options)
    # A group that lost its last port to the other one is told by nobody, and two tell it alike.
    return list(made.values())


OPTIONS = st.fixed_dictionaries(
    {
        "subnet_ids": st.lists(st.sampled_from(["subnet-1", "subnet-2"]), min_size=1, unique=True),
        "security_group_ids": st.lists(st.sampled_from(["sg-1", "sg-2"]), min_size=1, unique=True),
        "enforce_privatelink_security_groups": st.booleans(),
        "cross_zone": st.booleans(),
        "listeners": listeners(),
        "purge_listeners": st.booleans(),
        "purge_tags": st.booleans(),
    }
)


@given(options=OPTIONS, before=OPTIONS)
def test_what_was_planned_leaves_nothing_to_do(options, before):
    first = plan(desired(**options), existing(**before))

    assert first.empty == (first.as_diff()["before"] == first.as_diff()["after"])
    again = plan(desired(**options), first.after)
    assert again.empty, [change.as_dict() for change in again.changes]


def test_target_same():
    plain, placed = Target(id="a", port=80), Target(id="a", port=80, availability_zone="zone-a")

    assert plain.same(placed) and placed.same(plain) and plain.same(plain)
    assert not placed.same(replace(placed, availability_zone="all"))
    assert not plain.same(replace(plain, port=81)) and not plain.same(replace(plain, id="b"))
