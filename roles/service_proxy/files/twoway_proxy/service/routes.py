"""Envoy's routes through the door: by host, and by path prefix for whoever calls the door by another name."""

from typing import Any

from ..envoy.bootstrap import AGENT
from .catalogue import OWN_PATH, Catalogue, Service
from .clusters import shard_name, upgrades_name

ROUTES = "services"
ANY_HOST = "*"  # no name of a service, whose own virtual hosts are called after them
# The stream's silence is limited, not its length: an ALB gives up on a connection silent for 60 s.
SILENCE_SECONDS = 58

# A request whose body is larger, and did not wait for its connection as a whole, is not tried again.
RETRIED_BODY_BYTES = 128 * 1024
# Only what never left the proxy is tried again, at another address if there is one: safe for every method.
_RETRY = {
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
    # From the own zone's address to those of other zones, which have a priority of their own.
    "retry_priority": {
        "name": "envoy.retry_priorities.previous_priorities",
        "typed_config": {
            "@type": "type.googleapis.com"
            "/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            "update_frequency": 1,
        },
    },
    "retry_back_off": {"base_interval": "0.05s", "max_interval": "0.5s"},
}


def routes(catalogue: Catalogue) -> list[dict[str, Any]]:
    hosts = [_virtual_host(each.name, each.host, _to(each, {"prefix": "/"})) for each in catalogue.services]
    # Envoy takes the first route that matches: /orders/archive before /orders.
    by_path = sorted(catalogue.services, key=lambda service: (-len(service.path), service.path))
    paths = [route for service in by_path for route in _to(service, _below(service.path))]
    otherwise = _answer("no-service", 404, f"no service has this host or path; GET {OWN_PATH} lists them")
    return [_configuration([*hosts, _virtual_host(ANY_HOST, "*", [_own(), *paths, otherwise])])]


def routes_before_the_catalogue() -> list[dict[str, Any]]:
    otherwise = _answer("no-catalogue", 503, "the catalogue has not been read yet")
    return [_configuration([_virtual_host(ANY_HOST, "*", [_own(), otherwise])])]


def _configuration(virtual_hosts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": ROUTES, "ignore_port_in_host_matching": True, "virtual_hosts": virtual_hosts}


def _virtual_host(name: str, domain: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "domains": [domain],
        "routes": found,
        "retry_policy": _RETRY,
        "request_body_buffer_limit": RETRIED_BODY_BYTES,
    }


def _to(service: Service, match: dict[str, Any]) -> list[dict[str, Any]]:
    upgrade = {**match, "headers": [{"name": "upgrade", "present_match": True}]}
    return [
        _lead(service, upgrade, upgrades_name(service.port)),
        _lead(service, match, shard_name(service.port)),
    ]


def _lead(service: Service, match: dict[str, Any], cluster: str) -> dict[str, Any]:
    return {
        "name": service.name,
        "match": match,
        "route": {
            "cluster": cluster,
            "host_rewrite_literal": service.host,
            "append_x_forwarded_host": True,
            "timeout": "0s",
            "idle_timeout": f"{SILENCE_SECONDS}s",
        },
        "stat_prefix": service.name,
    }


def _below(path: str) -> dict[str, Any]:
    """The path and all below it. A prefix that ends in a slash cannot be `path_separated`."""
    return {"prefix": "/"} if path == "/" else {"path_separated_prefix": path}


def _own() -> dict[str, Any]:
    return {"name": "catalogue", "match": _below(OWN_PATH), "route": {"cluster": AGENT, "timeout": "5s"}}


def _answer(name: str, status: int, why: str) -> dict[str, Any]:
    """The listener's local reply format makes JSON of the sentence."""
    body = {"status": status, "body": {"inline_string": why}}
    return {"name": name, "match": {"prefix": "/"}, "direct_response": body}
