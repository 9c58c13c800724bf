"""Listener rules: conditions and actions, asked of a real load balancer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rig.world import Action, Condition, Rule, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

HOST = f"https://orders.{worlds.DOMAIN}"


def with_rule(world: World, *conditions: Condition, action: Action | None = None) -> World:
    """The ALB has one rule: `conditions` lead to `action`, or else to a teapot."""
    listener = next(one for one in world.listeners if one.load_balancer_arn == worlds.ALB)
    action = action or Action(kind="fixed-response", status_code="418", body="matched")
    rule = Rule(arn="tried", priority=1, conditions=conditions, action=action)
    health = next(rule for rule in listener.rules if rule.arn == "health")
    return worlds.change(world, "listeners", listener.arn, rules=(rule, replace(health, priority=2)))


def condition(kind: str, *values: str, name: str = "") -> Condition:
    return Condition(kind=kind, values=values, name=name)


@pytest.mark.parametrize(
    ("conditions", "request_", "matches"),
    [
        ([condition("host-header", "ORDERS.*")], {}, True),
        ([condition("host-header", "order.*")], {}, False),
        ([condition("host-header", "orders.tokyo.tw?way.example", "other.example")], {}, True),
        ([condition("path-pattern", "/img/*")], {"path": "/img/a/b.png?x=1"}, True),
        ([condition("path-pattern", "/img/*")], {"path": "/IMG/a"}, False),
        ([condition("path-pattern", "/a.b")], {"path": "/aXb"}, False),
        ([condition("path-pattern", "/v?/x")], {"path": "/v2/x"}, True),
        ([condition("http-header", "*beta*", name="X-Canary")], {"headers": {"x-canary": "my BETA user"}}, True),
        ([condition("http-header", "beta", name="X-Canary")], {}, False),
        ([condition("http-request-method", "PUT", "DELETE")], {"method": "DELETE"}, True),
        ([condition("http-request-method", "PUT")], {}, False),
        ([condition("query-string", "version=v1")], {"path": "/?a=1&version=V1&b=2"}, True),
        ([condition("query-string", "version=v1")], {"path": "/?xversion=v1"}, False),
        ([condition("query-string", "=*example*")], {"path": "/?any=an-example-here"}, True),
        ([condition("source-ip", "192.0.2.0/24", "10.0.10.0/28")], {}, True),
        ([condition("source-ip", "10.0.10.128/25")], {}, False),
        ([condition("path-pattern", "/a"), condition("http-request-method", "GET")], {"path": "/a"}, True),
        ([condition("path-pattern", "/a"), condition("http-request-method", "PUT")], {"path": "/a"}, False),
    ],
)
def test_conditions(insider: Agent, cloud: Cloud, base: World, ca: str, conditions, request_, matches):
    opened = worlds.with_rules(base, "sg-services", worlds.rule("tcp", 443, cidr="10.0.0.0/16"))
    cloud.apply(with_rule(opened, *conditions))
    asked = {"path": "/", **request_}
    url = HOST + asked.pop("path")
    cloud.eventually(
        lambda: insider.fetch(url, ca=ca, to=("10.0.10.40", 443), **asked)["status"], 418 if matches else 404
    )


@pytest.mark.parametrize(
    ("redirect", "location"),
    [
        ({"StatusCode": "HTTP_302", "Host": "new.example"}, "https://new.example/a/b?c=d"),
        ({"StatusCode": "HTTP_301", "Path": "/moved/#{path}"}, f"{HOST}/moved/a/b?c=d"),
        ({"StatusCode": "HTTP_301", "Path": "/gone", "Query": ""}, f"{HOST}/gone"),
        ({"StatusCode": "HTTP_301", "Protocol": "HTTP", "Port": "8080"}, f"http://orders.{worlds.DOMAIN}:8080/a/b?c=d"),
    ],
)
def test_redirects(insider: Agent, cloud: Cloud, base: World, ca: str, redirect, location):
    opened = worlds.with_rules(base, "sg-services", worlds.rule("tcp", 443, cidr="10.0.0.0/16"))
    cloud.apply(with_rule(opened, action=Action(kind="redirect", redirect=redirect)))

    def asked():
        answer = insider.fetch(f"{HOST}/a/b?c=d", ca=ca, to=("10.0.10.40", 443))
        return answer["headers"].get("location"), answer["status"]

    cloud.eventually(asked, (location, int(redirect["StatusCode"].removeprefix("HTTP_"))))
