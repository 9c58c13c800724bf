"""What the service proxy finds out by itself, and tells: the catalogue, health, metrics, and the zone it is in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import link_digest

from . import instance_metadata
from .agent_process import AgentProcess
from .door import CATALOG, DOMAIN, OTHER_SHARD, SHARD, Door
from .namespace import own_network
from .pki import Authority


@own_network
async def test_the_catalogue_is_a_page_for_browsers_and_described_json_for_programs(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await door.until(200)
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        _status, page, headers = await door.ask_fully("/catalog", "door.example", headers=browser)
        described = await door.ask("/catalog/openapi.json", "door.example")
        as_json = await door.ask("/catalog/catalog.json", "door.example")
        below = await door.ask("/catalogue", "door.example")
        of_the_service = await door.ask("/catalog")
    assert b'href="/orders"' in page and headers["content-type"].startswith("text/html")
    assert described[1]["openapi"] == "3.1.0" and as_json[1]["link"] == "tokyo"
    assert below[0] == 404
    assert of_the_service[1]["host"] == f"orders.{DOMAIN}"


@own_network
async def test_health_is_what_the_service_answers_through_the_link(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        door.put_service("stock")
        await agent.healthy()
        await door.until(200, "/catalog")
        await door.health("orders", "healthy")
        door.ill.add(f"orders.{DOMAIN}")
        ill = await door.health("orders", "unhealthy", seconds=30)
        stock = await door.health("stock", "healthy")
        door.ill.clear()
        await door.health("orders", "healthy")
    assert ill["why"] == "answered 503" and ill["since"]
    assert stock["why"] is None
    assert not agent.lines("access.json") or all(line["path"] != "/healthz" for line in agent.lines("access.json"))


@own_network
async def test_one_scrape_tells_of_envoy_and_of_the_agent_and_cloudwatch_gets_a_few(tmp_path: Path) -> None:
    async with Door(tmp_path) as door:
        door.agent = AgentProcess(tmp_path, "service", metrics_seconds=1)
        door.store.put(f"{CATALOG}/services/broken", "{")
        async with door.agent as agent:
            await agent.healthy()
            await door.until(200)
            async with aiohttp.ClientSession() as session, session.get("http://127.0.0.1:8080/metrics") as answer:
                text = await answer.text()
            async with asyncio.timeout(20):
                while not door.store.metrics:
                    await asyncio.sleep(0.05)
    values = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line[:1] != "#"}
    assert values['envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix="door"}'] >= 1
    assert values["twoway_services"] == 1 and values["twoway_skipped_entries"] == 1
    assert values["twoway_parameters_age_seconds"] < 5
    sent = {each["MetricName"]: each["Value"] for each in door.store.metrics[0]["MetricData"]}
    assert door.store.metrics[0]["Namespace"] == "TwoWay/PrivateLink"
    assert sent.keys() >= {"Requests", "ServerErrors", "ParametersAgeSeconds", "SkippedEntries", "UnhealthyServices"}
    assert sent["Unfit"] == 0 and sent["OpenConnections"] >= 0
    assert sent["SkippedEntries"] == 1


@own_network
async def test_a_ca_that_the_proxy_says_it_uses_may_be_used_by_the_services(tmp_path: Path) -> None:
    """Envoy takes a new CA at once, and goes on with the old one until the addresses are resolved and checked."""
    another = Authority("the next service CA")
    async with Door(tmp_path) as door:
        door.agent = AgentProcess(tmp_path, "service", metrics_seconds=1)
        door.check_seconds = 1.8
        await door.shard(OTHER_SHARD, another.issue(f"*.{DOMAIN}"))
        door.put_service("next", port=OTHER_SHARD)
        async with door.agent as agent:
            await agent.healthy()
            await door.until(200)
            await door.told("LinkDigest", _digest(door))
            before = await door.ask("/next", "door.example")
            door.put_link(ca_pem=door.authority.pem + another.pem)
            await door.told("LinkDigest", _digest(door))
            asked = [(await door.ask(f"/next/{n}", "door.example"))[0] for n in range(20)]
    assert before[0] == 503
    assert asked == [200] * 20


def _digest(door: Door) -> int:
    """As whoever wrote the link computes it."""
    return link_digest(door.store.parameters[f"{CATALOG}/link"])


@own_network
async def test_requests_stay_in_the_own_zone_and_go_to_another_when_it_fails(tmp_path: Path) -> None:
    """Instance metadata tells the zone; each zone's name is an address of its own."""
    async with Door(tmp_path) as door:
        zones = {"apne1-az1": "a.vpce.amazonaws.com", "apne1-az4": "d.vpce.amazonaws.com"}
        door.names.names |= {zones["apne1-az1"]: ("127.0.0.3",), zones["apne1-az4"]: ("127.0.0.4",)}
        pair = door.authority.issue(f"*.{DOMAIN}")
        await door.shard(SHARD, pair, "127.0.0.3")
        own = await door.shard(SHARD, pair, "127.0.0.4")
        await instance_metadata.serve({"placement/availability-zone-id": "apne1-az4"})
        door.put_link(endpoint_zonal_dns=zones)
        async with door.agent as agent:
            await agent.healthy()
            await door.until(200)
            for n in range(20):
                await door.ask(f"/{n}")
            near = {(await agent.line("access.json", path=f"/{n}"))["upstream"] for n in range(20)}
            await own.cleanup()
            statuses = {(await door.ask(f"/after/{n}"))[0] for n in range(20)}
            far = {(await agent.line("access.json", path=f"/after/{n}"))["upstream"] for n in range(20)}
            told = await door.catalogue()
    assert near == {f"127.0.0.4:{SHARD}"}
    assert statuses == {200} and far == {f"127.0.0.3:{SHARD}"}
    assert told["zone"] == "apne1-az4"
