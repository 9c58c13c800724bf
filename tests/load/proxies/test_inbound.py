"""What the service proxy costs a request: wrk straight at the ALB, through the door, and through HAProxy in its place.

One sandbox, one run, 64 connections. The sandbox's load balancers are one Envoy with one thread, so what each hop adds
there is the sandbox's; the way through the proxy has the door, the proxy and the endpoint more than the straight one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e import link, playbook, sandbox, services, task
from rig import launch
from rig.launch import Options

from load.proxies import haproxy, wrk

NAME = "orders"
HOST = f"{NAME}.{services.DOMAIN}"
SECONDS = 10.0
ROUNDS = 2


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
    told: dict[str, list[wrk.Told]] = {"alb": [], "proxy": [], "haproxy": []}
    with haproxy.instance(HOST, services.DOMAIN) as other:
        measured("public", other, f"/{NAME}")  # HAProxy's first connections
        for _round in range(ROUNDS):
            told["alb"].append(measured("isolated", alb, f"/{NAME}"))
            told["proxy"].append(measured("public", door, f"/{NAME}"))
            told["haproxy"].append(measured("public", other, f"/{NAME}"))
    best = {name: max(each, key=lambda one: one.a_second) for name, each in told.items()}
    figures = {name: {"a_second": one.a_second, "p99_ms": one.p99_ms} for name, one in best.items()}
    Path(sandbox.ROOT / "build" / "inbound.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))
    assert [one.failed for each in told.values() for one in each] == [0] * 3 * ROUNDS, told
    assert best["proxy"].a_second >= 0.6 * best["alb"].a_second, figures
    assert best["proxy"].p99_ms <= 2 * best["alb"].p99_ms, figures
