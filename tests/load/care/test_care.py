"""Instances of both fleets are replaced, and taken away, while the link is used: nobody notices.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from e2e import clouds, holdings, link, playbook, sandbox, services, task
from rig.pki import Pki

TUNNELLER = Path(__file__).with_name("tunneller.py")
FLEETS = ("service-proxy", "reverse-proxy")
HOST, SERVICE = "api.exchange.example", "orders"
PUBLIC_HOST = "shop.example"
DRAIN, LONGEST = 45, 35  # seconds: every tunnel would end within the drain time
AT_ONCE = 24
BOUND = 240.0


@pytest.fixture(autouse=True, scope="module")
def cloud() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "care"):
        yield


@pytest.fixture(scope="module")
def built(cloud, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("first")
    done = playbook.run("site.yml", inventory=[inventory(directory, DRAIN)])
    assert done.returncode == 0, done.output
    return directory


def inventory(directory: Path, drain: int, **more: Any) -> Path:
    shared = {f"{role}_drain_seconds": drain for role in ("service_proxy", "reverse_proxy_asg")}
    return services.inventory_of(directory, services.entries(), **shared, **more)


def group(fleet: str) -> dict[str, Any]:
    autoscaling = sandbox.client("public", "autoscaling")
    name = f"{sandbox.LINK}-{fleet}"
    (found,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return found


def ids(fleet: str, *states: str) -> set[str]:
    return {one["InstanceId"] for one in group(fleet)["Instances"] if not states or one["LifecycleState"] in states}


def until(condition: Any, what: str) -> None:
    deadline = time.monotonic() + BOUND
    while not condition():
        states = {fleet: [one["LifecycleState"] for one in group(fleet)["Instances"]] for fleet in FLEETS}
        assert time.monotonic() < deadline, f"not {what}: {states}"
        time.sleep(0.5)


def healthy(fleet: str) -> set[str]:
    """The instances that every target group of the fleet finds healthy."""
    elbv2 = sandbox.client("public", "elbv2")
    found = ids(fleet)
    for arn in group(fleet)["TargetGroupARNs"]:
        told = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        found &= {one["Target"]["Id"] for one in told if one["TargetHealth"]["State"] == "healthy"}
    return found


@dataclass
class Users:
    """Of the link, in both directions: inbound on connections that stay and on new ones, outbound in tunnels."""

    staying: task.Requester
    coming: task.Requester
    tunnels: task.Requester

    def satisfied(self) -> dict[str, Any]:
        """What they have seen, once they have gone on for as long as the longest tunnel lasts."""
        time.sleep(LONGEST + 5)  # what breaks may do so late; it is the users' time, not ours
        outbound = self.tunnels.says()
        seen = {}
        for kind, requester in (("staying", self.staying), ("coming", self.coming)):
            requester.stop()
            told = requester.told()
            seen[kind] = {key: sum(one[key] for one in told.values()) for key in ("ok", "failed")}
            assert seen[kind]["failed"] == 0, told
            assert seen[kind]["ok"] > 500, told
        assert outbound["broken"] == 0, outbound
        assert outbound["ended"] > 2 * AT_ONCE and outbound["longest"] > 0.8 * LONGEST, outbound
        return {**seen, "tunnels": {key: outbound[key] for key in ("ended", "broken", "requests")}}


@contextmanager
def in_use() -> Iterator[Users]:
    inbound = task.public_requests(services.targets(), seconds=900)
    (profile,) = (one for one in link.egress_profiles() if SERVICE in one["services"])
    door = link.endpoint("isolated", "outbound")["DnsEntries"][0]["DnsName"]
    outbound = {
        "proxy": [door, profile["port"]], "host": HOST, "at_once": AT_ONCE, "longest": LONGEST, "seconds": 900,
    }  # fmt: skip
    groups = [*task.PROBE, f"egress-{profile['port']}"]
    with (
        task.running(inbound) as staying,
        task.running({**inbound, "anew": True}) as coming,
        task.beside(task.Requester("isolated", outbound, TUNNELLER, groups)) as tunnels,
    ):
        users = Users(staying, coming, tunnels)
        until(lambda: tunnels.says().get("ended", 0) > 3, "tunnels that come and go")
        yield users


def test_every_instance_is_replaced_under_load(built, tmp_path):
    """By the playbook that an operator runs; anything in the launch template that changes does it."""
    before = {fleet: ids(fleet) for fleet in FLEETS}
    with in_use() as users:
        begun = time.monotonic()
        done = playbook.run("site.yml", inventory=[inventory(tmp_path, DRAIN + 1)])
        assert done.returncode == 0, done.output
        replaced = time.monotonic() - begun
        for fleet in FLEETS:
            assert f"{sandbox.LINK}-{fleet}: instance refresh" in done.output, "its progress is shown"
            until(lambda fleet=fleet: not before[fleet] & ids(fleet), f"the end of the old instances of {fleet}")
        gone = time.monotonic() - begun
        seen = users.satisfied()
    print(json.dumps({**seen, "site_s": round(replaced), "old_gone_s": round(gone)}))


def test_both_fleets_shrink_under_load(built):
    autoscaling = sandbox.client("public", "autoscaling")
    names = {fleet: f"{sandbox.LINK}-{fleet}" for fleet in FLEETS}
    for name in names.values():
        autoscaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=4)
    for fleet in FLEETS:
        until(lambda fleet=fleet: len(healthy(fleet)) == 4, f"four healthy instances of {fleet}")
    with in_use() as users:
        for name in names.values():
            autoscaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=2)
        until(lambda: ids(FLEETS[1], "Terminating:Wait"), "an instance that drains")
        for fleet in FLEETS:
            until(lambda fleet=fleet: len(ids(fleet)) == 2, f"two instances of {fleet}")
        seen = users.satisfied()
    print(json.dumps(seen))


def visit(url: str, door: str) -> dict[str, Any]:
    """Somebody on the Internet asks by a public name."""
    request = urllib.request.Request(
        f"{sandbox.facts()['endpoint_url']}/_rig/internet-request",
        data=json.dumps({"url": url, "connect_to": door}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def public_certificate() -> str:
    """Its ARN: of an authority that browsers trust, for PUBLIC_HOST."""
    issued = Pki(sandbox.directory() / "pki").public.issue([PUBLIC_HOST])
    acm, (leaf, *_chain) = sandbox.client("public", "acm"), x509.load_pem_x509_certificates(issued.chain_pem.encode())
    pem = leaf.public_bytes(serialization.Encoding.PEM)
    return acm.import_certificate(Certificate=pem, PrivateKey=issued.key_pem)["CertificateArn"]


def public() -> dict[str, Any]:
    return {"service_proxy_public": True, "service_proxy_public_certificate_arn": public_certificate()}


def public_doors() -> list[dict[str, Any]]:
    balancers = sandbox.client("public", "elbv2").describe_load_balancers()["LoadBalancers"]
    return [one for one in balancers if one["Scheme"] == "internet-facing"]


def test_a_door_to_the_internet_opens_and_shuts(built, tmp_path):
    assert public_doors() == [], "nothing faces the Internet unless it is asked for"
    facing_the_internet = inventory(tmp_path / "open", DRAIN + 1, **public())
    opened = playbook.run("site.yml", inventory=[facing_the_internet])
    assert opened.returncode == 0, opened.output
    (door,) = public_doors()
    until(
        lambda: visit(f"https://{PUBLIC_HOST}/{SERVICE}", door["DNSName"]).get("status") == 200,
        f"an answer of {SERVICE}: {visit(f'https://{PUBLIC_HOST}/{SERVICE}', door['DNSName'])}",
    )
    plain = visit(f"http://{PUBLIC_HOST}/{SERVICE}", door["DNSName"])
    told = {name.lower(): value for name, value in plain["headers"].items()}
    assert plain["status"] == 301 and told["location"].startswith(f"https://{PUBLIC_HOST}"), plain
    again = playbook.run("site.yml", inventory=[facing_the_internet])
    assert (again.returncode, again.changed) == (0, ()), again.output

    shut = playbook.run("site.yml", inventory=[inventory(tmp_path / "shut", DRAIN + 1)])
    assert shut.returncode == 0, shut.output
    assert public_doors() == []
    ec2 = sandbox.client("public", "ec2")
    named = [{"Name": "group-name", "Values": [f"{sandbox.LINK}-public-door"]}]
    assert ec2.describe_security_groups(Filters=named)["SecurityGroups"] == []


def test_it_is_the_hook_that_keeps_tunnels_whole(built):
    """What the others prove they could also miss: without the hook, the same users see tunnels break."""
    autoscaling, name = sandbox.client("public", "autoscaling"), f"{sandbox.LINK}-reverse-proxy"
    autoscaling.delete_lifecycle_hook(AutoScalingGroupName=name, LifecycleHookName="drain")
    with in_use() as users:
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=1)
        autoscaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=1)
        until(lambda: users.tunnels.says()["broken"], "a tunnel that breaks")


def test_what_faces_the_internet_comes_down_with_the_link(built, tmp_path):
    """The door's protection against deletion is against everybody else. Without the hook of the test before, too."""
    facing_the_internet = inventory(tmp_path, DRAIN + 1, **public())
    opened = playbook.run("site.yml", inventory=[facing_the_internet])
    assert opened.returncode == 0, opened.output
    assert public_doors()
    gone = playbook.run("playbooks/teardown.yml", inventory=[facing_the_internet])
    assert gone.returncode == 0, gone.output
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]
