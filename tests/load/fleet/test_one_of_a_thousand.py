"""A thousand services on twenty shards: what becomes of one is nobody else's business, by the log of AWS's calls."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from botocore.client import BaseClient

COUNT = 1000
CHANGED, GONE, NEW = "s0500", "s0731", "s1000"


def entry(name: str, version: str = "1.0") -> dict[str, Any]:
    return {"name": name, "image": f"shop/{name}:{version}", "port": 8443}


FLEET = {name: entry(name) for name in (f"s{number:04}" for number in range(COUNT))}


@pytest.fixture
def requests(monkeypatch) -> list[tuple[str, dict]]:
    """Every call that is sent, with all it says."""
    sent: list[tuple[str, dict]] = []
    real = BaseClient._make_api_call

    def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        sent.append((operation, arguments))
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return sent


@pytest.fixture
def fleet(run, site, certificate_arn):
    """fleet(entries): makes the shards they need, and converges them. Somebody else has the name of the first one."""

    def converge(entries: dict[str, dict], **more: Any) -> dict[str, Any]:
        shards = run(
            "shard_load_balancers",
            "isolated",
            name="tokyo-services",
            services=list(entries),
            subnet_ids=site.subnet_ids,
            security_group_ids=site.security_group_ids,
            certificate_arn=certificate_arn,
            wait=False,
            tags={"privatelink:link": "tokyo", "privatelink:side": "isolated"},
        )["shards"]
        options = site.options(services=list(entries.values()), shards=shards, **more)
        result = run("ecs_services", "isolated", **options)
        assert not result.get("failed"), result["msg"]
        return result

    return converge


def writes(requests: list[tuple[str, dict]]) -> list[tuple[str, dict]]:
    return [(name, said) for name, said in requests if not name.startswith(("Describe", "List", "Get"))]


def strangers(requests: list[tuple[str, dict]], service: str) -> list[tuple[str, dict]]:
    """Writes that do not name the service, or that name another one."""
    texts = [(name, said, json.dumps(said, default=str)) for name, said in writes(requests)]
    others = FLEET.keys() - {service}
    return [(name, said) for name, said, text in texts if service not in text or any(one in text for one in others)]


def test_one_of_a_thousand_and_nobody_else(fleet, requests):
    made = fleet(FLEET)
    shards = Counter(row["shard"] for row in made["services"])
    assert len(shards) == 20 and set(shards.values()) == {50}
    places = {row["name"]: (row["shard"], row["port"]) for row in made["services"]}

    requests.clear()
    assert fleet(FLEET)["changed"] is False
    reads = len(requests)
    assert writes(requests) == []

    requests.clear()
    changed = fleet({**FLEET, CHANGED: entry(CHANGED, "1.1")})
    assert [row["name"] for row in changed["services"] if row["changed"]] == [CHANGED]
    assert [name for name, _said in writes(requests)] == ["RegisterTaskDefinition", "TagResource", "UpdateService"]
    assert strangers(requests, CHANGED) == []
    assert len(requests) < reads + 20

    requests.clear()
    grown = fleet({**FLEET, CHANGED: entry(CHANGED, "1.1"), NEW: entry(NEW)})
    made_shard = [name for name, _said in writes(requests) if "LoadBalancer" in name or name == "CreateListener"]
    own = [(name, said) for name, said in writes(requests) if NEW in json.dumps(said, default=str)]
    assert made_shard and len(own) <= 25
    assert next(row for row in grown["services"] if row["name"] == NEW)["shard"] == 22

    requests.clear()
    kept = {name: one for name, one in FLEET.items() if name != GONE}
    shrunk = fleet({**kept, CHANGED: entry(CHANGED, "1.1"), NEW: entry(NEW)})
    assert [row["name"] for row in shrunk["services"] if row["changed"]] == [GONE]
    deleted = {"DeleteRule", "DeleteTargetGroup", "DeleteService", "DeregisterTaskDefinition", "DeleteTaskDefinitions"}
    assert deleted <= {name for name, _said in writes(requests)}
    stayed = {row["name"]: (row["shard"], row["port"]) for row in shrunk["services"] if row["listed"]}
    assert {name: place for name, place in stayed.items() if name != NEW} == {
        name: place for name, place in places.items() if name != GONE
    }
    assert shrunk["spare_shards"] == []
