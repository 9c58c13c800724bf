"""What the service proxy costs a request: wrk straight at the ALB, over the link without a proxy, through a proxy, and
through HAProxy in its place.

One sandbox, one run, 64 connections, in turns. The best turn of each way counts, for what else runs on the machine can
only slow one down. Proxy and HAProxy are asked at an instance each: the load balancer in front of the proxies, the
door, costs none of a machine's own time on AWS, and in a sandbox a good part of the one thread that its load balancers
and endpoints share. What the door costs there is told, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from e2e import link, playbook, sandbox, services, task
from rig import launch
from rig.launch import Options

from load.proxies import haproxy, wrk

NAME = "orders"
HOST = f"{NAME}.{services.DOMAIN}"
SECONDS = 4.0
TURNS = 5


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


def proxy_address() -> str:
    """Of one of the service proxies."""
    group_arn = link.target_group("public", "service-proxy")["TargetGroupArn"]
    health = sandbox.client("public", "elbv2").describe_target_health(TargetGroupArn=group_arn)
    instance_id = health["TargetHealthDescriptions"][0]["Target"]["Id"]
    return haproxy.address(sandbox.client("public", "ec2"), instance_id)


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


@pytest.mark.timeout(900)
def test_the_proxy_keeps_most_of_the_speed(built: None) -> None:
    let_in("isolated", "services-alb")
    let_in("public", "service-proxy")
    let_in("public", "inbound-endpoint")
    alb = link.load_balancer("isolated", "services-1")["DNSName"]
    door = link.load_balancer("public", "service-proxy")["DNSName"]
    endpoint = link.endpoint("public", "inbound")["DnsEntries"][0]["DnsName"]
    turns: list[dict[str, wrk.Told]] = []
    with haproxy.instance(HOST, services.DOMAIN) as other:
        ways = {"alb": ("isolated", alb), "link": ("public", endpoint)}
        ways |= {"proxy": ("public", proxy_address()), "haproxy": ("public", other), "door": ("public", door)}
        for _turn in range(TURNS + 1):
            turns.append({name: measured(side, where, f"/{NAME}") for name, (side, where) in ways.items()})
    del turns[0]  # every first connection is in it
    figures = {name: best([turn[name] for turn in turns]) for name in ways}
    straight = figures["alb"]
    for told in figures.values():
        told["of_the_requests"] = round(told["a_second"] / straight["a_second"], 2)
        told["times_the_p99"] = round(told["p99_ms"] / straight["p99_ms"], 2)
    (sandbox.ROOT / "build" / "inbound.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))
    assert sum(one.failed for turn in turns for one in turn.values()) == 0, turns
    assert figures["proxy"]["of_the_requests"] >= 0.6, figures
    assert figures["proxy"]["times_the_p99"] <= 2, figures
    assert figures["door"]["times_the_p99"] <= 2, figures


def best(told: list[wrk.Told]) -> dict[str, float]:
    return {"a_second": max(each.a_second for each in told), "p99_ms": min(each.p99_ms for each in told)}
