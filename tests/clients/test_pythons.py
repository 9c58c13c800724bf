"""Older Pythons get out of the isolated VPC by what they have: urllib, requests, boto3, and HTTPS_PROXY.

Until 3.12 http.client asks a proxy for a tunnel in HTTP/1.0. scripts/setup-proofs gives each version its libraries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e import clouds, link, playbook, sandbox, task
from unit.proxies import interpreters

ASK = Path(__file__).with_name("ask.py")
LISTED, UNLISTED = "api.exchange.example", "evil.example"
PROXY = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True, scope="module")
def built() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "clients"):
        made = playbook.run("site.yml")
        assert made.returncode == 0, made.output
        yield


def environment_of(service: str) -> dict[str, str]:
    """What the link's own task definition says of the way out."""
    ecs = sandbox.client("isolated", "ecs")
    (found,) = ecs.describe_services(cluster=sandbox.LINK, services=[f"{sandbox.LINK}-{service}-stable"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    told = {one["name"]: one["value"] for one in definition["containerDefinitions"][0]["environment"]}
    return {name: told[name] for name in PROXY}


@pytest.mark.parametrize("version", interpreters.OLD)
def test_an_older_python_gets_out(version: str) -> None:
    python = sandbox.ROOT / ".venv" / "clients" / version / "bin" / "python"
    assert python.exists(), interpreters.missing(version)
    (port,) = (one["port"] for one in link.egress_profiles() if one["services"] == ["orders"])
    groups = [*task.PROBE, f"egress-{port}"]
    command = [str(python), "-c", ASK.read_text(), LISTED, UNLISTED]
    heard = json.loads(task.Task("isolated", command, environment_of("orders"), groups).lines()[-1])
    assert heard["python"].startswith(f"{version}.")
    assert set(heard["told"]) == {"urllib", "requests", "boto3"}
    for library, told in heard["told"].items():
        assert told[LISTED] == LISTED, (library, told)
        assert "403 Forbidden" in told[UNLISTED] or "ProxyConnectionError" in told[UNLISTED], (library, told)
