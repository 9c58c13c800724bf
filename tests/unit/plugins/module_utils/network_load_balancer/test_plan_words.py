"""Each change of a load balancer as it is carried out and told: to what, why, and with which values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import Around
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import (
    SSL_POLICY,
    WantedListener,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    Target,
    WantedTargetGroup,
)
from unit.plugins.module_utils.network_load_balancer.scenery import (
    ALB,
    TAGS,
    alb_listener,
    desired,
    existing,
    listener,
    target,
    tls,
)

DOOR, TG, PORT = "load balancer door", "target group tg", "listener door:443"
OTHER = Target(id="10.0.0.2", port=80)


def told(change):
    """What a wish stands for is said by its name: the wish itself is compared by the tests of its own."""
    return change.verb, change.target, change.why, {key: _plain(value) for key, value in change.values.items()}


def _plain(value):
    if isinstance(value, WantedListener):
        return f"listener {value.port}"
    return f"group {value.name}" if isinstance(value, WantedTargetGroup) else value


def instances(group=None, **options):
    return listener(443, target_type="instance", auto_scaling_group=group, **options)


NEW_DOOR = ("create_load_balancer", DOOR, "there is none with this name", {})
NEW_GROUP = ("create_target_group", TG, "there is none with this name", {"new": "group tg"})
NEW_PORT = ("create_listener", PORT, "nothing listens there", {"port": 443, "listener": "listener 443"})
OPEN = (
    "set_security_groups",
    DOOR,
    "sg-1, enforced on PrivateLink True; wanted sg-1, False",
    {},
)
GONE = "no listener forwards to it any more"


def modified(why):
    return "modify_listener", PORT, why, {"port": 443, "listener": "listener 443"}


CHANGES = [
    pytest.param({}, Front(), [NEW_DOOR, OPEN, NEW_GROUP, NEW_PORT], id="all of it"),
    pytest.param(
        {"cross_zone": True, "enforce_privatelink_security_groups": True},
        Front(),
        [NEW_DOOR, ("set_cross_zone", DOOR, "cross_zone is False, wanted True", {}), NEW_GROUP, NEW_PORT],
        id="cross-zone from the start",
    ),
    pytest.param(
        {"cross_zone": False},
        existing(cross_zone=True),
        [("set_cross_zone", DOOR, "cross_zone is True, wanted False", {})],
        id="cross-zone off",
    ),
    pytest.param(
        {"ip_address_type": "dualstack"},
        existing(),
        [("set_ip_address_type", DOOR, "it is ipv4, wanted dualstack", {})],
        id="address type",
    ),
    pytest.param(
        {"subnet_ids": ["subnet-2", "subnet-1", None]},
        existing(),
        [
            (
                "set_subnets",
                DOOR,
                "subnet_ids are subnet-1, wanted subnet-1, subnet-2, (not known yet)",
                {"subnet_ids": ("subnet-1", "subnet-2", None)},
            )
        ],
        id="subnets",
    ),
    pytest.param(
        {"security_group_ids": ["sg-2", "sg-1"], "enforce_privatelink_security_groups": True},
        existing(),
        [
            (
                "set_security_groups",
                DOOR,
                "sg-1, enforced on PrivateLink False; wanted sg-1, sg-2, True",
                {},
            )
        ],
        id="groups and enforcement",
    ),
    pytest.param(
        {"tags": {**TAGS, "team": "links", "Name": "door"}},
        existing(tags={**TAGS, "cost": "1", "old": "2"}),
        [
            ("set_tags", DOOR, "tags: team wanted", {"group": None, "tags": {"team": "links"}}),
            ("unset_tags", DOOR, "tags: cost, old not wanted", {"group": None, "keys": ["cost", "old"]}),
            ("set_tags", TG, "tags: team wanted", {"group": "tg", "tags": {"team": "links"}}),
            ("unset_tags", TG, "tags: cost, old not wanted", {"group": "tg", "keys": ["cost", "old"]}),
        ],
        id="tags of both",
    ),
    pytest.param(
        {"listeners": [listener(443, health_check={"interval": 10, "path": "/ready"})]},
        existing(listeners=[listener(443, health_check={"interval": 30})]),
        [
            (
                "set_health_check",
                TG,
                "health_check: interval is 30, wanted 10, path is None, wanted /ready",
                {"group": "tg", "check": {"interval": 10, "path": "/ready"}},
            )
        ],
        id="health check",
    ),
    pytest.param(
        {"listeners": [listener(443, attributes={"a": 1, "b": True, "c": "x"})]},
        existing(listeners=[listener(443, attributes={"a": "1", "b": False})]),
        [
            (
                "set_attributes",
                TG,
                "attributes: b wanted true, c wanted x",
                {"group": "tg", "attributes": {"b": "true", "c": "x"}},
            )
        ],
        id="attributes",
    ),
    pytest.param(
        {"listeners": [listener(443, targets=[target("10.0.0.2"), target(None, 81)])]},
        existing(listeners=[listener(443, targets=[target("10.0.0.1"), target("10.0.0.3", 90)])]),
        [
            (
                "register",
                TG,
                "targets: (not known yet):81, 10.0.0.2:80 wanted",
                {"group": "tg", "targets": (Target(id="", port=81), OTHER)},
            ),
            (
                "deregister",
                TG,
                "targets: 10.0.0.1:80, 10.0.0.3:90 not wanted",
                {"group": "tg", "targets": (Target(id="10.0.0.1", port=80), Target(id="10.0.0.3", port=90))},
            ),
        ],
        id="targets",
    ),
    pytest.param(
        {"listeners": [instances("web")]},
        existing(listeners=[instances("old")]),
        [
            (
                "attach_auto_scaling_group",
                TG,
                "auto_scaling_group: web wanted",
                {"group": "tg", "auto_scaling_group": "web"},
            ),
            (
                "detach_auto_scaling_group",
                TG,
                "auto_scaling_group: web wanted",
                {"group": "tg", "auto_scaling_group": "old"},
            ),
        ],
        id="another Auto Scaling group",
    ),
    pytest.param(
        {"listeners": [listener(443, name="new")]},
        existing(),
        [
            ("create_target_group", "target group new", NEW_GROUP[2], {"new": "group new"}),
            modified("it is TCP to tg, wanted TCP to new"),
            ("delete_target_group", TG, GONE, {"arn": "arn-tg"}),
        ],
        id="another target group",
    ),
    pytest.param(
        {"listeners": []},
        existing(listeners=[instances("web")]),
        [
            ("delete_listener", PORT, "not wanted", {"arn": "listener-443"}),
            (
                "detach_auto_scaling_group",
                TG,
                "auto_scaling_group: the target group goes",
                {"group": "tg", "auto_scaling_group": "web"},
            ),
            ("delete_target_group", TG, GONE, {"arn": "arn-tg"}),
        ],
        id="listener too many",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1")]},
        existing(),
        [modified("it is TCP to tg, wanted TLS to tg")],
        id="TCP becomes TLS",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", ssl_policy="new", alpn_policy="HTTP2Only", name="new")]},
        existing(listeners=[tls(443, "c-1", alpn_policy="None"), listener(444, name="new")]),
        [
            modified(
                f"it is TLS to tg, ssl_policy {SSL_POLICY}, alpn_policy None, wanted TLS to new, ssl_policy new, "
                "alpn_policy HTTP2Only"
            ),
            ("delete_listener", "listener door:444", "not wanted", {"arn": "listener-444"}),
            ("delete_target_group", TG, GONE, {"arn": "arn-tg"}),
        ],
        id="TLS policies",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", "c-3", None)]},
        existing(listeners=[tls(443, "c-1", "c-2")]),
        [
            (
                "add_certificates",
                PORT,
                "certificate_arns: (not known yet), c-3 wanted",
                {"port": 443, "arns": [None, "c-3"]},
            ),
            ("remove_certificates", PORT, "certificate_arns: c-2 not wanted", {"port": 443, "arns": ["c-2"]}),
        ],
        id="certificates",
    ),
    pytest.param(
        {"listeners": [tls(443, "c-1", "c-4")]},
        existing(listeners=[tls(443, "c-1", "c-2", "c-3")]),
        [
            ("add_certificates", PORT, "certificate_arns: c-4 wanted", {"port": 443, "arns": ["c-4"]}),
            (
                "remove_certificates",
                PORT,
                "certificate_arns: c-2, c-3 not wanted",
                {"port": 443, "arns": ["c-2", "c-3"]},
            ),
        ],
        id="certificates that go",
    ),
    pytest.param(
        {"listeners": [listener(443, tcp_idle_timeout=3600)]},
        existing(),
        [("set_idle_timeout", PORT, "tcp_idle_timeout: 3600 wanted", {"port": 443, "seconds": 3600})],
        id="idle timeout",
    ),
    pytest.param(
        {"state": "absent"},
        existing(listeners=[alb_listener(443), listener(444, name="plain", targets=[target("10.0.0.2")])]),
        [
            ("delete_load_balancer", DOOR, "not wanted", {"arn": "lb"}),
            (
                "deregister",
                TG,
                "it could not be deleted as a target",
                {"group": "tg", "targets": (Target(id="alb-1", port=80),)},
            ),
            ("delete_target_group", "target group plain", "not wanted", {"arn": "arn-plain"}),
            ("delete_target_group", TG, "not wanted", {"arn": "arn-tg"}),
        ],
        id="absent",
    ),
]


@pytest.mark.parametrize(("options", "current", "expected"), CHANGES)
def test_changes(options, current, expected):
    assert [told(change) for change in plan(desired(**options), current).changes] == expected


def test_what_a_new_one_will_be():
    """Whole: nothing of it is known from elsewhere in check mode."""
    options = {
        "subnet_ids": ["subnet-2", "subnet-1"],
        "ip_address_type": "dualstack",
        "cross_zone": True,
        "enforce_privatelink_security_groups": True,
        "listeners": [
            tls(443, "c-1", health_check={"path": "/"}, attributes={"a": 1}, targets=[target("10.0.0.2")]),
            listener(80, tcp_idle_timeout=60, name="web", target_type="instance", port=8080, auto_scaling_group="web"),
        ],
    }
    made = plan(desired(**options), Front())

    assert made.before is None and made.after.as_diff() == {
        "load_balancer": {
            "name": "door",
            "scheme": "internal",
            "ip_address_type": "dualstack",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "security_group_ids": ["sg-1"],
            "enforce_privatelink_security_groups": True,
            "cross_zone": True,
            "tags": {**TAGS, "Name": "door"},
        },
        "listeners": {
            "80": {"protocol": "TCP", "target_group": "web", "tcp_idle_timeout": 60},
            "443": {
                "protocol": "TLS",
                "target_group": "tg",
                "certificate_arns": ["c-1"],
                "ssl_policy": SSL_POLICY,
                "alpn_policy": None,
            },
        },
        "target_groups": {
            "tg": {
                "target_type": "ip",
                "port": 80,
                "protocol": "TCP",
                "health_check": {"path": "/"},
                "attributes": {"a": "1"},
                "targets": [{"id": "10.0.0.2", "port": 80}],
                "tags": {**TAGS, "Name": "tg"},
            },
            "web": {
                "auto_scaling_groups": ["web"],
                "target_type": "instance",
                "port": 8080,
                "protocol": "TCP",
                "health_check": {},
                "attributes": {},
                "targets": [],
                "tags": {**TAGS, "Name": "web"},
            },
        },
    }


def test_tags_of_both_go_with_purge():
    after = plan(desired(), existing(tags={**TAGS, "team": "links"})).after

    assert after.load_balancer.tags == {**TAGS, "Name": "door"}
    assert after.target_group("tg").tags == {**TAGS, "Name": "tg"}


def test_tags_of_both_stay_without_purge():
    made = plan(desired(purge_tags=False), existing(tags={**TAGS, "team": "links"}))

    assert made.empty
    assert made.after.load_balancer.tags["team"] == made.after.target_group("tg").tags["team"] == "links"


def test_nothing_there_is_no_before():
    assert plan(desired(), Front()).before is None and plan(desired(state="absent"), Front()).before is None
    left = replace(existing(), load_balancer=None, listeners=())
    assert plan(desired(), left).before is left and plan(desired(state="absent"), left).before is left


def test_what_is_not_known_yet_is_named():
    options = {"subnet_ids": [None], "listeners": [listener(443, targets=[target(None)])]}

    assert plan(desired(**options), Front()).unknown == ("subnet_ids", "listeners[0].target_group.targets")


ANEW = "allowed: what it was made with; delete it and make it anew, or give it another name"


@pytest.mark.parametrize(
    ("options", "current", "message"),
    [
        pytest.param(
            {"subnet_ids": []},
            existing(),
            "subnet_ids: no subnet; allowed: one in each zone to be served",
            id="no subnet",
        ),
        pytest.param(
            {"scheme": "internet-facing"}, existing(), f"load balancer door: scheme: internal; {ANEW}", id="scheme"
        ),
        pytest.param(
            {"security_group_ids": []},
            existing(),
            f"load balancer door: security_group_ids: made with some; {ANEW}",
            id="groups to none",
        ),
        pytest.param(
            {},
            existing(security_group_ids=[]),
            f"load balancer door: security_group_ids: made without any; {ANEW}",
            id="none to groups",
        ),
        pytest.param(
            {"listeners": [listener(443, port=81)]},
            existing(),
            "target group tg: port: 80; allowed: what it was made with; give the one with port 81 another name",
            id="port of a group",
        ),
        pytest.param(
            {"listeners": [alb_listener(443)]},
            Front(),
            "listener door:443: target_group.targets: alb-1, which is not there; allowed: an Application Load Balancer "
            "of the same account and region",
            id="alb that is not there",
        ),
        pytest.param(
            {"listeners": [listener(443, tcp_idle_timeout=3600)]},
            replace(existing(), around=Around(cross_region_service="vpce-svc-1")),
            "listener door:443: tcp_idle_timeout: 3600 s, while vpce-svc-1 publishes this load balancer to other "
            "regions; allowed: no value of its own, or no other region; leave tcp_idle_timeout out, or take "
            "supported_regions off the endpoint service",
            id="idle timeout",
        ),
    ],
)
def test_refusals(options, current, message):
    with pytest.raises(PrivateLinkError) as error:
        plan(desired(**options), current)
    assert error.value.message == message


def test_a_second_listener_on_an_alb_that_is_a_target_already_asks_nothing():
    current = replace(existing(listeners=[alb_listener(443)]), around=Around(albs={}))

    assert plan(desired(listeners=[alb_listener(443)]), current).empty
    assert plan(desired(listeners=[alb_listener(443)]), replace(current, around=Around(albs={"alb-1": ALB}))).empty
