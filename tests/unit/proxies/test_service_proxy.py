"""The service proxy on loopback: the agent as a process, real Envoy, real TLS, the real port 443."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from . import envoy_shard
from .door import CATALOG, DOMAIN, OTHER_SHARD, TLS, Door
from .namespace import own_network
from .pki import Authority


@own_network
async def test_routes_by_host_and_by_path(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        door.put_service("stock", path="/orders/stock")
        await agent.healthy()
        by_host = await door.ask("/anything?x=1", f"orders.{DOMAIN}")
        by_host_and_port = await door.ask("/", f"orders.{DOMAIN}:443")
        by_path = await door.ask("/orders/7", "door.internal")
        longest = await door.ask("/orders/stock/1", "door.internal")
        beside = await door.ask("/ordersandmore", "door.internal")
        catalogue = await door.catalogue()
    assert by_host[0] == by_host_and_port[0] == by_path[0] == 200
    assert (by_host[1]["host"], by_host[1]["path"]) == (f"orders.{DOMAIN}", "/anything")
    assert (by_path[1]["host"], by_path[1]["path"]) == (f"orders.{DOMAIN}", "/orders/7")
    assert by_path[1]["x-forwarded-host"] == "door.internal"
    assert longest[1]["host"] == f"stock.{DOMAIN}"
    assert beside[0] == 404 and beside[1]["error"].startswith("no service has this host or path")
    assert [each["name"] for each in catalogue["services"]] == ["orders", "stock"]
    assert catalogue["age_seconds"] < 5 and catalogue["problem"] is None


@own_network
async def test_new_service_answers_and_no_request_fails(tmp_path: Path) -> None:
    """Under load: a service is added on the same shard, another on a new one, one goes; nobody notices."""
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await door.until(200)
        await door.shard(OTHER_SHARD, door.authority.issue(f"*.{DOMAIN}"))
        statuses: list[int] = []
        loading = asyncio.Event()

        async def load() -> None:
            while not loading.is_set():
                statuses.append((await door.ask())[0])

        workers = [asyncio.create_task(load()) for _worker in range(8)]
        door.put_service("stock")
        await door.until(200, host=f"stock.{DOMAIN}")
        door.put_service("billing", port=OTHER_SHARD)
        await door.until(200, host=f"billing.{DOMAIN}")
        del door.store.parameters[f"{CATALOG}/services/billing"]
        await door.until(404, host=f"billing.{DOMAIN}")
        while len(statuses) <= 100:  # a busy machine takes longer to make a load of it
            await asyncio.sleep(0.02)
        loading.set()
        await asyncio.gather(*workers)
    assert set(statuses) == {200}


@own_network
async def test_bad_entries_harm_no_other(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        door.store.put(f"{CATALOG}/services/broken", "{")
        door.put_service("thief", host=f"orders.{DOMAIN}", path="/thief")
        await agent.healthy()
        good = await door.ask()
        skipped = {each["parameter"].rsplit("/", 1)[1]: each["why"] for each in (await door.catalogue())["skipped"]}
        door.store.put(f"{CATALOG}/services/orders", "garbage")
        await door.store.was_read(4)
        kept = await door.ask()
        skipped_later = {each["parameter"].rsplit("/", 1)[1]: each for each in (await door.catalogue())["skipped"]}
    assert good[0] == kept[0] == 200
    assert "is not JSON" in skipped["broken"]
    assert skipped["thief"] == f"orders.{DOMAIN} is already the service orders's"
    assert skipped_later["orders"]["kept_last_good"] is True


@own_network
async def test_upstream_certificate_must_be_of_the_service_ca_and_name_the_service(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await door.shard(OTHER_SHARD, Authority("another CA").issue(f"*.{DOMAIN}"))
        await door.shard(OTHER_SHARD + 1, door.authority.issue("elsewhere.example"))
        door.put_service("stranger", port=OTHER_SHARD)
        door.put_service("misnamed", port=OTHER_SHARD + 1)
        await agent.healthy()
        good = await door.ask()
        stranger = await door.ask(host=f"stranger.{DOMAIN}")
        misnamed = await door.ask(host=f"misnamed.{DOMAIN}")
        line = await agent.line("access.json", route="stranger")
    assert good[0] == 200
    assert stranger[0] == misnamed[0] == 503
    assert door.sent_to == [f"orders.{DOMAIN}"]
    assert "CERTIFICATE_VERIFY_FAILED" in line["upstream_failure"]


@own_network
async def test_requests_share_connections_by_http_2_where_the_shard_speaks_it(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        shard = await envoy_shard.start(tmp_path, "127.0.0.2", OTHER_SHARD, door.authority.issue(f"*.{DOMAIN}"))
        door.put_service("swift", port=OTHER_SHARD)
        await agent.healthy()
        status = 0
        async with asyncio.timeout(10):
            while status != 200:
                status, _body, headers = await door.ask_fully("/", f"swift.{DOMAIN}")
        other = await door.ask()
        shard.kill()
        await shard.wait()
    assert headers["x-spoken"] == "HTTP/2"
    assert other[0] == 200


@own_network
async def test_a_web_socket_goes_by_http_1_to_a_shard_that_would_speak_http_2(tmp_path: Path) -> None:
    """An ALB takes no WebSocket by HTTP/2."""
    async with Door(tmp_path) as door, door.agent as agent:
        pair = door.authority.issue(f"*.{DOMAIN}")
        await door.shard(OTHER_SHARD, pair, protocols=("h2", "http/1.1"))
        door.put_service("talk", port=OTHER_SHARD)
        await agent.healthy()
        async with door.web_socket("/echo", f"talk.{DOMAIN}") as by_host:
            await by_host.send_str("hello")
            echoed = await by_host.receive_str()
    assert echoed == "hello"


@own_network
async def test_request_id_is_passed_on_and_envoy_headers_are_not_believed(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        sent = {"X-Request-Id": "mine-1", "x-envoy-upstream-rq-timeout-ms": "1", "x-envoy-internal": "true"}
        status, body, headers = await door.ask_fully("/", f"orders.{DOMAIN}", headers=sent)
        line = await agent.line("access.json", request_id="mine-1")
    seen = json.loads(body)
    assert status == 200
    assert seen["x-request-id"] == headers["x-request-id"] == "mine-1"
    assert seen["x-envoy-internal"] is None
    assert (line["status"], line["host"], line["route"]) == (200, f"orders.{DOMAIN}", "orders")


@own_network
async def test_without_a_catalogue_the_door_says_503(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        link = door.store.parameters.pop(f"{CATALOG}/link")
        why = ""
        while "catalog/link does not exist" not in why:
            why = await agent.unhealthy()
        async with asyncio.timeout(10):
            answer: Any = None
            while answer is None:
                try:
                    answer = await door.ask()
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        door.store.put(f"{CATALOG}/link", link)
        await agent.healthy()
        later = await door.until(200)
    assert answer[0] == 503 and answer[1]["error"] == "the catalogue has not been read yet"
    assert later["host"] == f"orders.{DOMAIN}"


@pytest.mark.parametrize("fault", ["throttled", "down"])
@own_network
async def test_last_good_configuration_outlives_ssm_and_a_crash(tmp_path: Path, fault: str) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        door.store.fault = fault
        await door.store.was_read(3)
        during = await door.ask()
        async with asyncio.timeout(10):  # one read is several requests, before the agent gives it up
            while not (told := await door.catalogue())["problem"]:
                await asyncio.sleep(0.05)
        await agent.kill()
        await agent.start()
        await agent.healthy()
        after = await door.ask()
    assert during[0] == after[0] == 200
    assert "SSM cannot be read" in told["problem"]


@own_network
async def test_a_new_certificate_is_taken_up_and_a_bad_one_is_not(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        first = await _served_certificate(door)
        pair = door.put_certificate()
        async with asyncio.timeout(10):
            while await _served_certificate(door) == first:
                await asyncio.sleep(0.05)
        second = await _served_certificate(door)
        other = door.authority.issue(f"*.{DOMAIN}")
        door.store.put(TLS, {"certificate_pem": pair.certificate_pem, "private_key_pem": other.private_key_pem})
        await door.store.was_read(6)
        third = await _served_certificate(door)
        skipped = (await door.catalogue())["skipped"]
    assert second == third == ssl.PEM_cert_to_DER_cert(pair.certificate_pem)
    assert skipped[0]["parameter"] == TLS and skipped[0]["kept_last_good"]
    assert other.private_key_pem not in json.dumps(skipped)


async def _served_certificate(door: Door) -> bytes:
    name = f"orders.{DOMAIN}"
    context = door.authority.client_context()
    _reader, writer = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=name)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return certificate


@own_network
async def test_sigterm_lets_requests_finish(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await door.until(200)
        door.hold.clear()
        slow = asyncio.create_task(door.ask("/slow"))
        async with asyncio.timeout(10):
            while len(door.sent_to) < 2:
                await asyncio.sleep(0.01)
        await agent.terminate()
        assert "draining" in await agent.unhealthy()
        door.hold.set()
        assert (await slow)[0] == 200
        await door.hang_up()
        assert await agent.ended(seconds=3) == 0
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", 443)


@own_network
async def test_envoy_that_dies_is_started_again(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await agent.kill_envoy()
        await agent.healthy()
        await door.until(200)
    assert "Envoy ended by itself" in agent.log.read_text()
