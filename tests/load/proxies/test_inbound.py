"""What the service proxy costs a request: wrk straight at the ALB, through the door, and through HAProxy in its place.

One sandbox, one run, 64 connections, in turns: what a busy machine takes from one it takes from its neighbour, and the
median of the turns counts. The way through the proxy has the door, the proxy and the endpoint more than the straight
one, and a sandbox's load balancers, endpoints and doors are all one thread of one Envoy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import median

import pytest
from e2e import link, playbook, sandbox, services, task
from rig import launch
from rig.launch import Options

from load.proxies import haproxy, wrk

NAME = "orders"
HOST = f"{NAME}.{services.DOMAIN}"
SECONDS = 4.0
TURNS = 7


@pytest.fixture(scope="module")
def built() -> Iterator[None]:
    """A link in a sandbox of this module's own."""
    directory = sandbox.ROOT / "build" / "load-sandbox"
    options = Options(state_dir=directory)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TWOWAY_SANDBOX_DIR", str(directory))
        launch.up(options)
        try:
            made = playbook.run("site.yml")
            assert made.returncode == 0, made.output
            yield
        finally:
            launch.down(options)


def let_in(side: str, group: str, port: int = 443) -> None:
    """The probe may speak to what has this group: only for this measurement."""
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "UserIdGroupPairs": [{"GroupId": link.security_group(side, "probe")["GroupId"]}],
    }
    sandbox.client(side, "ec2").authorize_security_group_ingress(
        GroupId=link.security_group(side, group)["GroupId"], IpPermissions=[permission]
    )


def measured(side: str, where: str, path: str) -> wrk.Told:
    command = wrk.command(f"https://{where}{path}", seconds=SECONDS, headers={"Host": HOST})
    words = ["env", f"LD_LIBRARY_PATH={wrk.LIBRARIES}", *command]
    return wrk.Told.of("\n".join(task.Task(side, words).lines()))


def test_the_proxy_keeps_most_of_the_speed(built: None) -> None:
    let_in("isolated", "services-alb")
    let_in("public", "service-proxy")
    alb = link.load_balancer("isolated", "services-1")["DNSName"]
    door = link.load_balancer("public", "service-proxy")["DNSName"]
    turns: list[dict[str, wrk.Told]] = []
    with haproxy.instance(HOST, services.DOMAIN) as other:
        ways = {"alb": ("isolated", alb), "proxy": ("public", door), "haproxy": ("public", other)}
        for _turn in range(TURNS + 1):
            turns.append({name: measured(side, where, f"/{NAME}") for name, (side, where) in ways.items()})
    del turns[0]  # every first connection is in it
    figures = {name: shares(turns, name) for name in ("proxy", "haproxy")}
    figures["alb"] = {"a_second": median(turn["alb"].a_second for turn in turns)}
    (sandbox.ROOT / "build" / "inbound.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))
    assert sum(one.failed for turn in turns for one in turn.values()) == 0, turns
    assert figures["proxy"]["of_the_requests"] >= 0.6, figures
    assert figures["proxy"]["times_the_p99"] <= 2, figures


def shares(turns: list[dict[str, wrk.Told]], name: str) -> dict[str, float]:
    """Against the straight way in the same turn."""
    return {
        "a_second": median(turn[name].a_second for turn in turns),
        "of_the_requests": round(median(turn[name].a_second / turn["alb"].a_second for turn in turns), 2),
        "times_the_p99": round(median(turn[name].p99_ms / turn["alb"].p99_ms for turn in turns), 2),
    }
