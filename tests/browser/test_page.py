"""The catalogue's page in a real browser, in front of the real agent and Envoy: seen, read out, and by keyboard.

Screenshots are left in build/browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from browser.chromium import chromium
from playwright.async_api import Page, expect
from unit.proxies.door import CATALOG, DOMAIN, Door
from unit.proxies.namespace import own_network

SHOTS = Path(__file__).parents[2] / "build" / "browser"
URL = "https://127.0.0.1/catalog"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
FOCUSED = "document.activeElement.textContent.trim() || document.activeElement.id"
LIVE_MS = 20_000  # the page asks every 5 s, and what it asks for is itself some seconds old
SERVICES = {
    "orders": {"version": "1.4.0"},
    "stock": {"version": "2.0.1", "canary": {"version": "2.1.0", "weight": 10}},
    "payments": {"version": "1.0.3"},
    "invoices": {"version": "3.2.0-rc.1", "path": "/billing/invoices"},
    "search": {"version": "2026.11.2"},
    "mailer": {"version": ""},
}


class Seen:
    """The page, and all that it asked for."""

    def __init__(self, door: Door, page: Page) -> None:
        self.door = door
        self.page = page
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))

    async def open(self, query: str = "") -> None:
        await self.page.goto(URL + query)

    def service(self, name: str) -> Any:
        return self.page.locator(f"#service-{name}")

    async def shown(self) -> list[str | None]:
        visible = await self.page.locator("li.service:not([hidden])").all()
        return [await each.get_attribute("data-name") for each in visible]

    async def is_not_wider_than_its_window(self) -> bool:
        return await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    async def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@asynccontextmanager
async def seen(directory: Path, **context: Any) -> AsyncIterator[Seen]:
    async with Door(directory) as door, door.agent as agent, chromium(directory) as browser:
        for name, changed in SERVICES.items():
            door.put_service(name, **changed)
        await agent.healthy()
        await door.until(200)
        for name in SERVICES:
            await door.health(name, "healthy")
        window = await browser.new_context(**{"ignore_https_errors": True, "viewport": DESKTOP, **context})
        try:
            yield Seen(door, await window.new_page())
        finally:
            await window.close()


async def in_trouble(door: Door) -> None:
    """Everything the page can have to tell, at once."""
    door.put_canary("orders", version="1.5.0", weight=25, state="running")
    door.put_canary("stock", version="2.1.0", weight=5, state="paused")
    door.put_canary("payments", version="1.1.0", weight=0, state="rolled_back")
    door.store.put(f"{CATALOG}/services/broken", "{")
    door.put_service("thief", host=f"orders.{DOMAIN}")
    door.ill.add(f"invoices.{DOMAIN}")
    await door.health("invoices", "unhealthy")
    door.store.fault = "throttled"
    await door.store.was_read(3)


async def violations(page: Page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(("name", "window"), [("desktop", DESKTOP), ("phone", PHONE)])
@own_network(seconds=110)
async def test_axe_finds_nothing(tmp_path: Path, colours: str, name: str, window: dict[str, int]) -> None:
    async with seen(tmp_path, color_scheme=colours, viewport=window) as it:
        await it.open()
        assert await violations(it.page) == []
        assert await it.is_not_wider_than_its_window()
        await it.shoot(f"{name}-{colours}")
        await in_trouble(it.door)
        await it.open()
        await it.page.locator("details summary").click()
        assert await violations(it.page) == []
        assert await it.is_not_wider_than_its_window()
        await it.shoot(f"{name}-{colours}-trouble")
        await it.page.get_by_role("searchbox").fill("nothing like this")
        assert await violations(it.page) == []


@own_network(seconds=110)
async def test_search_by_mouse_and_keyboard(tmp_path: Path) -> None:
    async with seen(tmp_path) as it:
        await it.open()
        assert await it.shown() == sorted(SERVICES)
        box = it.page.get_by_role("searchbox", name="Search services")
        await it.page.keyboard.press("/")
        await expect(box).to_be_focused()
        await it.page.keyboard.type("billing 3.2")
        assert await it.shown() == ["invoices"]
        await expect(it.page.get_by_role("status")).to_have_text("1 of 6 services shown")
        assert it.page.url.endswith("?q=billing+3.2")
        await it.page.keyboard.press("Enter")
        await expect(it.page.get_by_role("link", name="invoices", exact=True)).to_be_focused()
        await box.focus()
        await it.page.keyboard.press("Escape")
        await expect(box).to_have_value("")
        assert await it.shown() == sorted(SERVICES)
        await it.page.get_by_role("button", name="Canary").click()
        assert await it.shown() == ["stock"]
        await box.fill("zzz")
        await expect(it.page.get_by_text("No service matches.")).to_be_visible()
        await it.open("?q=pay")
        assert await it.shown() == ["payments"]


@own_network(seconds=110)
async def test_all_of_it_by_keyboard(tmp_path: Path) -> None:
    async with seen(tmp_path) as it:
        await it.open()
        names = []
        for _step in range(9):
            await it.page.keyboard.press("Tab")
            names.append(
                await it.page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")
            )
        assert names[:3] == ["Skip to the services", "q", f"All {len(SERVICES)}"]
        assert names[5:7] == ["invoices", f"invoices.{DOMAIN}"]
        await it.open()
        await it.page.keyboard.press("Tab")
        await it.page.keyboard.press("Enter")
        await it.page.keyboard.press("Tab")
        assert await it.page.evaluate("document.activeElement.textContent") == "invoices"


@own_network(seconds=110)
async def test_a_canary_moves_and_a_service_fails_before_ones_eyes(tmp_path: Path) -> None:
    """Without a reload: what is typed, chosen and focused stays; a screen reader is told."""
    async with seen(tmp_path) as it:
        await it.open()
        await it.page.evaluate("window.stays = true")
        await it.page.get_by_role("searchbox").fill("o")
        await it.service("orders").get_by_role("link", name="orders", exact=True).focus()
        it.door.put_canary("orders", version="1.5.0", weight=25, state="running")
        await expect(it.service("orders")).to_contain_text("1.5.0 25 % running", timeout=LIVE_MS)
        await expect(it.page.get_by_role("status")).to_contain_text("canary of orders: 25 %")
        await expect(it.service("orders").get_by_role("link", name="orders", exact=True)).to_be_focused()
        await expect(it.page.get_by_role("button", name="Canary")).to_have_text("Canary 2")
        it.door.put_canary("orders", version="1.5.0", weight=50, state="paused")
        await expect(it.service("orders")).to_contain_text("50 % paused", timeout=LIVE_MS)

        it.door.ill.add(f"stock.{DOMAIN}")
        await expect(it.service("stock")).to_contain_text("Unhealthy answered 503", timeout=LIVE_MS)
        await expect(it.page.get_by_role("status")).to_contain_text("stock is now unhealthy")
        await expect(it.page.get_by_role("button", name="Unhealthy")).to_have_text("Unhealthy 1")
        it.door.ill.clear()
        await expect(it.service("stock")).to_contain_text("Healthy", timeout=LIVE_MS)

        it.door.put_service("coupons")
        await expect(it.service("coupons")).to_be_visible(timeout=LIVE_MS)
        assert "mailer" not in await it.shown() or "o" in f"mailer.{DOMAIN}"
        await expect(it.page.get_by_role("searchbox")).to_have_value("o")
        assert await it.page.evaluate("window.stays")
        assert all(url.startswith((URL, "data:")) for url in it.asked), it.asked


@own_network(seconds=110)
async def test_it_says_how_old_it_is(tmp_path: Path) -> None:
    async with seen(tmp_path) as it:
        await it.open()
        await expect(it.page.locator("#age")).to_have_text("Read 0 s ago")
        it.door.store.fault = "down"
        problem = it.page.get_by_role("region", name="Problem")
        await expect(problem).to_contain_text("SSM cannot be read", timeout=LIVE_MS)
        await expect(problem).to_contain_text("Requests are served as before.")
        it.door.store.fault = None
        await expect(problem).to_have_count(0, timeout=60_000)
        await it.door.agent.kill()
        await expect(it.page.locator("#age")).to_contain_text("No answer for", timeout=LIVE_MS)


@own_network(seconds=110)
async def test_it_works_without_a_script(tmp_path: Path) -> None:
    async with seen(tmp_path, java_script_enabled=False) as it:
        await it.open()
        await it.page.get_by_role("searchbox").fill("stock")
        await it.page.keyboard.press("Enter")
        await it.page.wait_for_url("**/catalog?q=stock*")
        assert await it.page.locator("li.service:visible").count() == 1
        await it.page.get_by_role("searchbox").fill("")
        await it.page.get_by_role("button", name="Canary").click()
        await it.page.wait_for_url("**show=canary*")
        assert await it.page.locator("li.service:visible").count() == 1


@own_network(seconds=110)
async def test_a_thousand_services_can_be_searched(tmp_path: Path) -> None:
    async with seen(tmp_path) as it:
        for number in range(1000 - len(SERVICES)):
            it.door.put_service(f"s{number}")
        await it.door.until(200, host=f"s993.{DOMAIN}")
        await it.open()
        await expect(it.page.get_by_role("button", name="All")).to_have_text("All 1000")
        await it.page.get_by_role("searchbox").fill("s993")
        assert await it.shown() == ["s993"]
        await expect(it.page.get_by_role("status")).to_have_text("1 of 1000 services shown")
