"""Envoy's routes through the door: by host, and by path prefix for whoever calls the door by another name."""

from typing import Any

from ..envoy.bootstrap import AGENT
from .catalogue import OWN_PATH, Catalogue, Service
from .clusters import shard_name

ROUTES = "services"
# The stream's silence is limited, not its length: an ALB gives up on a connection silent for 60 s.
SILENCE_SECONDS = 58


def routes(catalogue: Catalogue) -> list[dict[str, Any]]:
    hosts = [_virtual_host(each.name, each.host, [_to(each, {"prefix": "/"})]) for each in catalogue.services]
    # Envoy takes the first route that matches: /orders/archive before /orders.
    by_path = sorted(catalogue.services, key=lambda service: (-len(service.path), service.path))
    paths = [_to(service, {"path_separated_prefix": service.path}) for service in by_path]
    otherwise = _answer("no-service", 404, f"no service has this host or path; GET {OWN_PATH} lists them")
    return [_configuration([*hosts, _virtual_host("door", "*", [_own(), *paths, otherwise])])]


def routes_before_the_catalogue() -> list[dict[str, Any]]:
    otherwise = _answer("no-catalogue", 503, "the catalogue has not been read yet")
    return [_configuration([_virtual_host("door", "*", [_own(), otherwise])])]


def _configuration(virtual_hosts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": ROUTES, "ignore_port_in_host_matching": True, "virtual_hosts": virtual_hosts}


def _virtual_host(name: str, domain: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "domains": [domain], "routes": found}


def _to(service: Service, match: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": service.name,
        "match": match,
        "route": {
            "cluster": shard_name(service.port),
            "host_rewrite_literal": service.host,
            "append_x_forwarded_host": True,
            "timeout": "0s",
            "idle_timeout": f"{SILENCE_SECONDS}s",
            "retry_policy": _retry(),
        },
    }


def _retry() -> dict[str, Any]:
    """Only what never left the proxy is tried again, at another address if there is one: safe for every method."""
    return {
        "retry_on": "connect-failure,refused-stream,reset-before-request",
        "num_retries": 2,
        "retry_host_predicate": [
            {
                "name": "envoy.retry_host_predicates.previous_hosts",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
                },
            }
        ],
        "host_selection_retry_max_attempts": 3,
        "retry_back_off": {"base_interval": "0.05s", "max_interval": "0.5s"},
    }


def _own() -> dict[str, Any]:
    return {"name": "catalogue", "match": {"path": OWN_PATH}, "route": {"cluster": AGENT, "timeout": "5s"}}


def _answer(name: str, status: int, why: str) -> dict[str, Any]:
    """The listener's local reply format makes JSON of the sentence."""
    body = {"status": status, "body": {"inline_string": why}}
    return {"name": name, "match": {"prefix": "/"}, "direct_response": body}
