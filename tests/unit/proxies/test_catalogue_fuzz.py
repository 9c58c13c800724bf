"""Whatever lies in SSM: no crash, no route that leads anywhere but to the link, and nothing shown as markup."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import jsonschema
from aiohttp.test_utils import make_mocked_request
from hypothesis import HealthCheck, given, settings
from twoway_proxy.compiled import Compiled
from twoway_proxy.envoy.bootstrap import AGENT
from twoway_proxy.service.catalogue import OWN_PATH
from twoway_proxy.service.proxy import Proxy
from twoway_proxy.settings import Settings
from twoway_proxy.sieve import Unusable
from twoway_proxy.state import State

from .catalogue_texts import LINK, NAMES, ROOT, good, spoilt

DIRECTORY = Path(mkdtemp())
PLACES = {name: DIRECTORY / name for name in ("state_dir", "run_dir", "log_dir")}
SETTINGS = Settings(proxy="service", link="tokyo", region="ap-northeast-1", **PLACES)
ALLOWED = {LINK["endpoint_dns"], *LINK["endpoint_zonal_dns"].values()}
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def compiled(texts: dict[str, str], last_good: dict[str, str]) -> Compiled | None:
    try:
        return Proxy(SETTINGS).compile(texts, last_good)
    except Unusable:
        return None


def addresses(made: Compiled) -> set[str]:
    groups = [group for cluster in made.clusters for group in cluster["load_assignment"]["endpoints"]]
    endpoints = [each["endpoint"]["address"]["socket_address"] for group in groups for each in group["lb_endpoints"]]
    return {each["address"] for each in endpoints}


def check_routes(made: Compiled) -> None:
    (configuration,) = made.routes
    hosts = configuration["virtual_hosts"]
    domains = [domain for host in hosts for domain in host["domains"]]
    assert len({host["name"] for host in hosts}) == len(hosts)
    assert len(set(domains)) == len(domains)
    assert [domain for domain in domains if "*" in domain] == ["*"]
    for host in hosts:
        for route in host["routes"]:
            check_route(route, {cluster["name"] for cluster in made.clusters}, domains)
    (door,) = (host for host in hosts if host["domains"] == ["*"])
    assert door["routes"][0]["name"] == "catalogue"
    assert "direct_response" in door["routes"][-1]


def check_route(route: dict[str, Any], clusters: set[str], domains: list[str]) -> None:
    if "direct_response" in route:
        assert route["direct_response"]["status"] in (404, 503)
    elif route["route"]["cluster"] == AGENT:
        assert route["match"] == {"path_separated_prefix": OWN_PATH}
    else:
        assert route["route"]["cluster"] in clusters
        assert route["route"]["host_rewrite_literal"] in domains


@SLOW
@given(spoilt())
def test_no_route_leads_anywhere_but_to_the_link(texts: dict[str, str]) -> None:
    """With and without a good catalogue before: whoever writes entries cannot choose where the proxy connects to."""
    for last_good in ({}, good()):
        made = compiled(texts, last_good)
        if made is None:
            continue
        check_routes(made)
        json.dumps([made.routes, made.clusters, made.secrets])
        if texts.get(f"{ROOT}/link") == good()[f"{ROOT}/link"] or last_good and f"{ROOT}/link" in made.good:
            assert addresses(made) <= ALLOWED | _of_the_link(texts)


def _of_the_link(texts: dict[str, str]) -> set[str]:
    """A link that was spoilt into another good one may name other addresses: only the platform writes it."""
    try:
        link = json.loads(texts[f"{ROOT}/link"])
        return {link["endpoint_dns"], *link["endpoint_zonal_dns"].values()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return set()


@SLOW
@given(spoilt())
def test_what_is_not_spoilt_is_served(texts: dict[str, str]) -> None:
    made = compiled(texts, good())
    if made is None or made.unready:
        return
    whole = {name for name in NAMES if texts.get(f"{ROOT}/services/{name}") == good()[f"{ROOT}/services/{name}"]}
    served = {service.name for service in made.subject.services}
    told = {each.parameter.rsplit("/", 1)[1] for each in made.skipped}
    assert whole <= served | told  # one whose host or path another has taken is skipped, and told


@SLOW
@given(spoilt())
def test_every_catalogue_can_be_shown(texts: dict[str, str]) -> None:
    made = compiled(texts, good())
    if made is None:
        return
    proxy = Proxy(SETTINGS)
    proxy.applied(made)
    pages = proxy.pages(State(compiled=made, read_at=1.0))
    request = make_mocked_request("GET", OWN_PATH, headers={"Accept": "text/html"})
    html = asyncio.run(pages[OWN_PATH](request)).body.decode()
    told = asyncio.run(pages[f"{OWN_PATH}/catalog.json"](request)).text
    described = json.loads(asyncio.run(pages[f"{OWN_PATH}/openapi.json"](request)).text)
    schema = {"$ref": "#/components/schemas/Catalogue", "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(told))
    assert html.count("<script>") == 1
