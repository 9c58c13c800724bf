"""The catalogue's document and page, from the agent's state, without Envoy."""

from __future__ import annotations

import asyncio
import json
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiohttp.test_utils import make_mocked_request
from twoway_proxy.compiled import Compiled
from twoway_proxy.service.canary import Canary
from twoway_proxy.service.catalogue import OWN_PATH, Catalogue, Service
from twoway_proxy.service.checks import Checks, Health
from twoway_proxy.service.link import Link
from twoway_proxy.service.pages import Pages, ago, prefers_html
from twoway_proxy.sieve import Skipped
from twoway_proxy.state import State

HOSTILE = '"><script>alert(1)</script>'
LINK = Link(domain="tokyo.example", endpoint_dns="vpce-1.amazonaws.com", ca_pem="")
SERVICES = (
    Service(name="orders", host="orders.tokyo.example", path="/orders", port=443, version="1.4.0"),
    Service(name="stock", host="stock.tokyo.example", path="/stock", port=444, version=HOSTILE),
    Service(
        name="pay", host="pay.tokyo.example", path="/pay", port=443,
        canary=Canary(version="2.0", weight=12.5, state="paused"),
    ),
)  # fmt: skip


class Known(Checks):
    """Orders is well, stock is not, and nobody has asked for pay."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), 10.0)

    def of(self, name: str) -> Health:
        answers = {
            "orders": Health(state="healthy", since=time.time() - 300),
            "stock": Health(state="unhealthy", since=time.time() - 90, why="answered 503"),
        }
        return answers.get(name, Health())


def pages(age: float | None = 2.0, **changed: Any) -> Pages:
    """`age` is how many seconds ago the catalogue was read, if it was."""
    skipped = (Skipped(f"/twoway/tokyo/catalog/services/{HOSTILE}", f"is not JSON {HOSTILE}"),)
    subject = Catalogue(link=LINK, services=SERVICES)
    compiled = Compiled(good={}, routes=[], skipped=skipped, subject=subject)
    state = State(**{"compiled": compiled, "read_at": age and time.time() - age, **changed})
    return Pages("tokyo", lambda: "apne1-az1", state, Known())


def answer(pages: Pages, path: str = OWN_PATH, accept: str = "*/*") -> Any:
    handler = pages.handlers(OWN_PATH)[path.partition("?")[0]]
    return asyncio.run(handler(make_mocked_request("GET", path, headers={"Accept": accept})))


class Page(HTMLParser):
    """What a browser would see: elements by tag, with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = attributes.items()
        return [found for name, found in self.elements if name == tag and wanted <= found.items()]

    @property
    def shown(self) -> list[str | None]:
        return [each["data-name"] for each in self.of("li") if "data-name" in each and "hidden" not in each]


def page(path: str = OWN_PATH, **changed: Any) -> Page:
    return Page(answer(pages(**changed), path, "text/html").body.decode())


ACCEPTS = {
    "a browser": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
    "curl": ("*/*", False),
    "nothing": ("", False),
    "JSON": ("application/json", False),
    "HTML and JSON alike": ("text/html, application/json", False),
    "rather JSON": ("text/html;q=0.5, application/json;q=0.9", False),
    "rather HTML": ("application/json;q=0.5, text/html;q=0.9", True),
    "HTML refused": ("text/html;q=0, */*;q=0.1", False),
    "garbage": (";;q=x,,text/html;q=", False),
}


@pytest.mark.parametrize(("accept", "html"), ACCEPTS.values(), ids=ACCEPTS)
def test_who_prefers_html(accept: str, html: bool) -> None:
    assert prefers_html(accept) is html


STATES: dict[str, dict[str, Any]] = {
    "well": {},
    "SSM cannot be read": {"trouble": "SSM cannot be read: throttled", "age": 300.0},
    "nothing read yet": {"compiled": None, "age": None},
    "no catalogue yet": {"compiled": Compiled(unready="link does not exist", good={}, routes=[])},
}


@pytest.mark.parametrize("changed", STATES.values(), ids=STATES)
def test_the_json_is_as_its_description_says(changed: dict[str, Any]) -> None:
    described = json.loads(answer(pages(**changed), f"{OWN_PATH}/openapi.json").text)
    schema = {"$ref": "#/components/schemas/Catalogue", "components": described["components"]}
    for path in (OWN_PATH, f"{OWN_PATH}/catalog.json"):
        jsonschema.Draft202012Validator(schema).validate(json.loads(answer(pages(**changed), path).text))
    assert page(**changed).of("html", lang="en")


def test_every_path_that_is_described_is_answered_and_no_other() -> None:
    described = json.loads(answer(pages(), f"{OWN_PATH}/openapi.json").text)
    assert described["paths"].keys() == pages().handlers(OWN_PATH).keys()


def test_nothing_of_the_catalogue_becomes_markup() -> None:
    seen = page()
    assert len(seen.of("script")) == 1
    assert HOSTILE in seen.words
    assert seen.of("li", **{"data-name": "stock"})[0]["data-text"] == f"stock stock.tokyo.example /stock {HOSTILE}"


def test_the_page_loads_nothing_and_runs_nothing_but_its_own() -> None:
    got = answer(pages(), accept="text/html")
    policy = got.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert got.headers["Cache-Control"] == "no-store" and got.headers["Vary"] == "Accept"
    seen = Page(got.body.decode())
    fetched = [each.get("src") or each.get("href") for tag in ("script", "link", "img") for each in seen.of(tag)]
    assert all(url is None or url.startswith("data:") for url in fetched)


def test_half_a_character_breaks_nothing() -> None:
    broken = Service(name="odd", host="odd.tokyo.example", path="/odd", port=443, version="\ud83d")
    subject = Catalogue(link=LINK, services=(broken,))
    changed = {"compiled": Compiled(good={}, routes=[], subject=subject)}
    assert page(**changed).shown == ["odd"]
    assert json.loads(answer(pages(**changed)).text)["services"][0]["name"] == "odd"


SOUGHT = {
    "everything": ("", ["orders", "stock", "pay"]),
    "by name": ("?q=ord", ["orders"]),
    "by path": ("?q=/pay", ["pay"]),
    "by version, any case": ("?q=1.4", ["orders"]),
    "all words": ("?q=orders+tokyo", ["orders"]),
    "nothing": ("?q=nowhere", []),
    "unhealthy": ("?show=unhealthy", ["stock"]),
    "canary": ("?show=canary", ["pay"]),
    "canary and a word": ("?show=canary&q=orders", []),
    "unknown kind": ("?show=x", ["orders", "stock", "pay"]),
}


@pytest.mark.parametrize(("query", "shown"), SOUGHT.values(), ids=SOUGHT)
def test_search_works_without_a_script(query: str, shown: list[str]) -> None:
    seen = page(OWN_PATH + query)
    assert seen.shown == shown
    assert ("hidden" in seen.of("p", id="empty")[0]) is bool(shown)


def test_the_page_says_how_old_it_is_and_why() -> None:
    fresh, old = page(), page(**STATES["SSM cannot be read"])
    assert "Read 2 s ago" in fresh.words and not fresh.of("section", **{"aria-label": "Problem"})
    assert "Read 5 min ago" in old.words and "SSM cannot be read: throttled" in old.words
    assert "Requests are served as before." in old.words
    assert old.of("p", id="fresh")[0]["class"] == "fresh stale"


def test_the_page_tells_health_and_canary() -> None:
    words = " ".join(page().words.split())
    assert "Unhealthy answered 503, 1 min ago" in words
    assert "2.0 12.5 % paused" in words
    assert "Not checked yet" in words


SPANS = {0: "0 s ago", 59.9: "59 s ago", 60: "1 min ago", 7199: "119 min ago", 7200: "2 h ago", 180_000: "2 d ago"}


@pytest.mark.parametrize(("seconds", "said"), SPANS.items())
def test_time_as_a_person_says_it(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_an_unknown_time_is_said_too() -> None:
    assert ago(None) == "at an unknown time"
