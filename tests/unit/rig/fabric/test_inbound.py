"""Client -> endpoint -> NLB -> ALB -> task, and what breaks it."""

from __future__ import annotations

import json
from dataclasses import replace

from rig.pki import Pki
from rig.world import HealthCheck, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

URL = f"https://orders.{worlds.DOMAIN}"
ENOUGH = 20  # requests, for a change to have come everywhere before the next one
DOOR = (worlds.ENDPOINT_NAME, 443)


def call(client: Agent, ca: str, path: str = "/", host: str = "orders"):
    return client.fetch(f"https://{host}.{worlds.DOMAIN}{path}", ca=ca, to=DOOR)


def version(client: Agent, ca: str) -> str:
    """Of whoever answered; or the status, while nobody does."""
    answer = call(client, ca)
    return json.loads(answer["body"])["version"] if answer["status"] == 200 else answer["status"]


def test_an_application_load_balancer_takes_http_1_0(client: Agent, ca: str):
    answer = client.fetch(f"{URL}/cart", ca=ca, to=DOOR, http_1_0=True, headers={"Host": f"orders.{worlds.DOMAIN}"})
    nameless = client.fetch(f"{URL}/cart", ca=ca, to=DOOR, http_1_0=True)
    assert (answer["status"], nameless["status"]) == (200, 404), answer
    assert json.loads(answer["body"])["path"] == "/cart" and answer["headers"]["connection"] == "close"


def test_a_request_reaches_the_task_with_the_headers_of_a_load_balancer(client: Agent, ca: str):
    answer = call(client, ca, "/cart?item=1")
    told = json.loads(answer["body"])
    assert answer["status"] == 200
    assert (told["service"], told["version"], told["task"], told["path"]) == (
        "orders",
        "1.0.0",
        "orders-1",
        "/cart?item=1",
    )
    assert told["headers"]["x-forwarded-proto"] == "https"
    assert told["headers"]["x-forwarded-port"] == "443"
    # Through PrivateLink the load balancer's own address is what a target sees.
    assert told["headers"]["x-forwarded-for"] in ("10.0.10.30", "10.0.11.30")
    assert told["headers"]["x-amzn-trace-id"].startswith("Root=1-")
    assert not any(name.startswith(("x-envoy", "x-rig")) for name in told["headers"])


def test_an_unknown_host_meets_the_default_action(client: Agent, ca: str):
    answer = call(client, ca, host="nobody")
    assert (answer["status"], answer["body"], answer["headers"]["server"]) == (404, "no such service", "awselb/2.0")


def test_a_certificate_of_another_authority_is_refused_by_the_client(client: Agent, cloud: Cloud, base, pki: Pki, ca):
    other = worlds.listeners(pki.public.issue([f"*.{worlds.DOMAIN}"]))
    cloud.apply(replace(base, listeners=other))
    cloud.eventually(lambda: call(client, ca), "tls: unable to get local issuer certificate")


def test_each_security_group_on_the_way_is_a_gate(client: Agent, cloud: Cloud, base: World, ca: str):
    """Of connections that exist already, AWS says that they outlive the rule: so each is tried with a new one."""
    cloud.apply(worlds.with_rules(base, "sg-endpoint"))
    assert call(client, ca) == "timeout"
    cloud.apply(worlds.with_rules(base, "sg-services"))
    cloud.eventually(lambda: call(client, ca), "timeout")
    cloud.apply(base)
    cloud.eventually(lambda: isinstance(call(client, ca), dict), True)


def test_a_task_that_refuses_its_load_balancer_turns_unhealthy(client: Agent, cloud: Cloud, base: World, ca: str):
    cloud.apply(worlds.with_rules(base, "sg-tasks"))
    cloud.wait_until(lambda report: report.targets[worlds.STABLE, "10.0.10.50", 8443].state == "unhealthy", "unhealthy")


def test_an_endpoint_that_is_not_available_carries_nothing(client: Agent, cloud: Cloud, base: World, ca: str):
    cloud.apply(worlds.change(base, "endpoints", "vpce-1", available=False))
    cloud.eventually(lambda: client.connect(*DOOR), "ConnectionRefusedError")


def test_a_removed_listener_carries_nothing(client: Agent, cloud: Cloud, base: World, ca: str):
    cloud.apply(replace(base, listeners=tuple(one for one in base.listeners if one.load_balancer_arn == worlds.ALB)))
    cloud.eventually(lambda: client.connect(*DOOR), "ConnectionRefusedError")


def test_a_wrong_health_path_is_reported_and_all_unhealthy_fails_open(
    client: Agent, cloud: Cloud, base: World, ca: str
):
    wrong = HealthCheck(protocol="HTTPS", port="traffic-port", path="/nothing-here", interval_seconds=10)
    cloud.apply(worlds.change(base, "target_groups", worlds.STABLE, health_check=wrong))
    report = cloud.wait_until(
        lambda report: report.targets[worlds.STABLE, "10.0.10.50", 8443].state == "unhealthy", "unhealthy"
    )
    assert report.targets[worlds.STABLE, "10.0.10.50", 8443].reason == "Target.ResponseCodeMismatch"
    assert call(client, ca)["status"] == 200


def test_an_empty_target_group_is_503_and_a_port_where_nobody_listens_502(client, cloud: Cloud, base: World, ca: str):
    cloud.apply(worlds.change(base, "target_groups", worlds.STABLE, targets=()))
    cloud.eventually(lambda: call(client, ca)["status"], 503)
    opened = worlds.with_rules(base, "sg-tasks", worlds.rule("tcp", group="sg-services"))
    cloud.apply(worlds.change(opened, "target_groups", worlds.STABLE, targets=(worlds.target("10.0.10.50", 8444),)))
    cloud.eventually(lambda: call(client, ca)["status"], 502)


def test_weights_decide_who_answers(client: Agent, cloud: Cloud, base: World, ca: str):
    shifted = worlds.with_orders_forwarded(base, worlds.forward(stable=0, canary=100))
    cloud.apply(shifted)
    cloud.wait_healthy(worlds.CANARY)
    cloud.eventually(lambda: version(client, ca), "1.1.0")
    cloud.apply(worlds.with_orders_forwarded(base, worlds.forward(stable=50, canary=50)))
    cloud.eventually(lambda: version(client, ca), "1.0.0")
    seen = [version(client, ca) for _request in range(60)]
    assert 10 <= seen.count("1.1.0") <= 50  # a fair coin is outside of this once in ten million


def test_a_sticky_client_stays_with_its_group_whatever_the_weights(client: Agent, cloud: Cloud, base: World, ca: str):
    sticky = replace(worlds.forward(stable=0, canary=1), stickiness_seconds=60)
    cloud.apply(worlds.with_orders_forwarded(base, sticky))
    cloud.wait_healthy(worlds.CANARY)
    cloud.eventually(lambda: version(client, ca), "1.1.0")
    cookie = call(client, ca)["headers"]["set-cookie"].partition(";")[0]
    assert cookie.startswith("AWSALBTG=")
    back = replace(worlds.forward(stable=1, canary=0), stickiness_seconds=60)
    cloud.apply(worlds.with_orders_forwarded(base, back))
    cloud.eventually(lambda: version(client, ca), "1.0.0")
    answer = client.fetch(f"{URL}/", ca=ca, to=DOOR, headers={"cookie": cookie})
    assert json.loads(answer["body"])["version"] == "1.1.0"


TWO_TASKS = (worlds.target("10.0.10.50"), worlds.target("10.0.11.50"))


def test_a_sticky_client_stays_with_its_target(client: Agent, cloud: Cloud, base: World, ca: str):
    """docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions"""
    sticky = {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "60",
        "slow_start.duration_seconds": "30",  # both at once: they share as equals
    }
    cloud.apply(worlds.change(base, "target_groups", worlds.STABLE, targets=TWO_TASKS, attributes=sticky))
    cloud.wait_healthy(worlds.STABLE)
    cloud.eventually(lambda: version(client, ca), "1.1.0")
    answer = call(client, ca)
    first, cookie = json.loads(answer["body"])["version"], answer["headers"]["set-cookie"].partition(";")[0]
    assert cookie.startswith("AWSALB=")
    stuck = [client.fetch(f"{URL}/", ca=ca, to=DOOR, headers={"cookie": cookie}) for _request in range(20)]
    assert {json.loads(each["body"])["version"] for each in stuck} == {first}
    assert len({version(client, ca) for _request in range(40)}) == 2


def test_a_change_of_weights_and_targets_fails_no_request(client: Agent, cloud: Cloud, base: World, ca: str):
    """Requests run while the cloud changes under them."""
    client.begin_load(f"{URL}/", ca=ca, to=DOOR)
    worlds_in_turn = [
        worlds.with_orders_forwarded(base, worlds.forward(stable=60, canary=40)),
        worlds.with_orders_forwarded(base, worlds.forward(stable=0, canary=1)),
        base,
        worlds.change(base, "target_groups", worlds.CANARY, targets=()),
        replace(base, target_groups=tuple(group for group in base.target_groups if group.arn != worlds.CANARY)),
        base,
    ]
    cloud.wait_healthy(worlds.STABLE)
    for world in worlds_in_turn:
        enough = client.load() + ENOUGH
        cloud.apply(world)
        cloud.wait_until(lambda _, enough=enough: client.load() >= enough, "load")
    assert client.end_load() == []


def test_enforced_groups_of_the_nlb_see_the_consumers_own_address(client: Agent, cloud: Cloud, base: World, ca: str):
    enforced = worlds.change(base, "load_balancers", worlds.NLB, enforce_groups_on_privatelink=True)
    cloud.apply(enforced)
    assert call(client, ca)["status"] == 200
    cloud.apply(worlds.with_rules(enforced, "sg-balancers", worlds.rule("tcp", 443, cidr="10.0.10.99/32")))
    assert call(client, ca) == "timeout"


def test_a_rule_for_the_nlbs_group_lets_in_its_checks_and_its_own_clients_but_nobody_through_privatelink(
    client: Agent, insider: Agent, cloud: Cloud, base: World, ca: str
):
    """docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups:
    "If you configured the load balancer to evaluate inbound rules for traffic sent through PrivateLink, add a rule that
    accepts traffic from the load balancer security group on the traffic port. Otherwise, add a rule that accepts
    traffic from the load balancer private IP addresses on the traffic port"."""
    by_group = worlds.with_rules(base, "sg-services", worlds.rule("tcp", 443, group="sg-balancers"))

    def through(address: str):
        answer = insider.fetch(f"{URL}/", ca=ca, to=(address, 443))
        return answer["status"] if isinstance(answer, dict) else answer

    cloud.apply(by_group)
    cloud.eventually(lambda: call(client, ca), "timeout")
    assert cloud.report().targets[worlds.BALANCERS, worlds.ALB, 443].state == "healthy"
    assert through("10.0.10.30") == 200  # not by way of an endpoint

    cloud.apply(worlds.change(by_group, "load_balancers", worlds.NLB, enforce_groups_on_privatelink=True))
    cloud.eventually(lambda: isinstance(call(client, ca), dict), True)
    cloud.apply(by_group)
    cloud.eventually(lambda: call(client, ca), "timeout")


def test_the_addresses_of_the_nodes_let_in_who_comes_through_privatelink_zone_by_zone(
    client: Agent, cloud: Cloud, base: World, ca: str
):
    cloud.apply(worlds.with_rules(base, "sg-services", worlds.rule("tcp", 443, cidr="10.0.10.30/32")))

    def through(address: str):
        answer = client.fetch(f"{URL}/", ca=ca, to=(address, 443))
        return answer["status"] if isinstance(answer, dict) else answer

    cloud.eventually(lambda: through("10.0.11.20"), "timeout")
    assert through("10.0.10.20") == 200


def test_an_nlb_stays_in_its_zone_unless_told_otherwise(client: Agent, cloud: Cloud, base: World, ca: str):
    """With the ALB in one zone only, the other zone's endpoint interface leads nowhere until cross-zone is on."""
    lonely = worlds.change(base, "load_balancers", worlds.ALB, interface_ids=("eni-alb-a",))
    cloud.apply(lonely)

    def through(address: str):
        return client.fetch(f"{URL}/", ca=ca, to=(address, 443))

    cloud.eventually(lambda: through("10.0.11.20"), "ConnectionResetError")
    assert through("10.0.10.20")["status"] == 200
    crossing = {"load_balancing.cross_zone.enabled": "true"}
    cloud.apply(worlds.change(lonely, "load_balancers", worlds.NLB, attributes=crossing))
    cloud.eventually(lambda: isinstance(through("10.0.11.20"), dict), True)
