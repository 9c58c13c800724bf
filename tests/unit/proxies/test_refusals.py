"""What CloudWatch is told of the way out: each refusal, and how many of each there were."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.log_stream import parts

from .namespace import own_network
from .proxy_protocol import header
from .way_out import OPEN, PAY, PLAIN_PORT, PROFILE, WayOut


async def until(condition: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


@own_network
async def test_refusals_are_logged_and_counted_with_what_was_let_through(tmp_path: Path) -> None:
    old = {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT], "plain_http": True}
    async with WayOut(tmp_path, metrics_seconds=1) as way, way.agent as agent:
        way.names.names["old.pay.example"] = (OPEN,)
        way.allow(PAY, old)
        way.store.fault = None
        await agent.healthy(PROFILE)
        for _tunnel in range(3):
            (await way.tunnel()).writer.close()
        await way.send(f"GET http://old.pay.example:{PLAIN_PORT}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _attempt in range(5):
            await way.connect("evil.example:443", front=header(client="10.0.3.9"))
        with pytest.raises(ConnectionError):
            await (await way.connect("api.pay.example:4430")).secure(way.trusting, "evil.example")
        await until(lambda: len(way.store.logged) >= 2)
        await until(lambda: counted(way.store.metrics).get(("Denied", None, None)) == 6)
        figures = counted(way.store.metrics)

    assert {group for group, _stream in way.store.streams} == {"/twoway/tokyo/reverse-proxy"}
    flood, name = sorted(way.store.logged, key=lambda event: event["reason"])
    assert (flood["reason"], flood["count"], flood["client"], flood["asked"], flood["profile"]) == (
        "port",
        5,
        "10.0.3.9",
        "evil.example:443",
        str(PROFILE),
    )
    assert flood["endpoint"] == "vpce-0123456789abcdef0"
    assert (name["reason"], name["asked"], name["server_name"]) == (
        "server-name",
        "api.pay.example:4430",
        "evil.example",
    )
    assert figures["Denied", str(PROFILE), "port"] == 5
    assert figures["Denied", str(PROFILE), "server-name"] == 1
    assert figures["Allowed", str(PROFILE), None] == 4


def counted(sent: list[dict[str, Any]]) -> dict[tuple[str, str | None, str | None], float]:
    """Sums by name, profile and reason, of what has the dimensions of this fleet."""
    sums: dict[tuple[str, str | None, str | None], float] = {}
    for data in (data for put in sent for data in put["MetricData"]):
        dimensions = {one["Name"]: one["Value"] for one in data["Dimensions"]}
        assert (dimensions.pop("Link"), dimensions.pop("Proxy")) == ("tokyo", "reverse")
        key = (data["MetricName"], dimensions.get("Profile"), dimensions.get("Reason"))
        sums[key] = sums.get(key, 0) + data["Value"]
    return sums


@given(st.lists(st.integers(0, 300_000), max_size=30))
def test_no_call_is_too_large_and_no_line_is_lost(sizes: list[int]) -> None:
    lines = [{"timestamp": 0, "message": "x" * size} for size in sizes]
    sent = list(parts(lines))
    assert [line for part in sent for line in part] == lines
    for part in sent:
        assert part and (len(part) == 1 or sum(len(line["message"]) + 26 for line in part) <= 1_048_576)
