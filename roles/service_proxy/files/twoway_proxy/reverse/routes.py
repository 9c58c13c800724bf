"""The allow list as Envoy's routes: a listed host and port is a tunnel, everything else an answer that says why not."""

from typing import Any

from .allow_list import AllowList, every_port

ROUTES = "allow-list"
WAY_OUT = "way-out"
# The NLB in front forgets a silent connection after 350 s.
SILENCE_SECONDS = 340

_CONNECT = {"connect_matcher": {}}
_RBAC_PER_ROUTE = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute"


def routes(allow_list: AllowList) -> list[dict[str, Any]]:
    hosts = allow_list.ports_by_host()
    ports = every_port(hosts.values())
    virtual_hosts = [each for host in hosts for each in _host(host, hosts[host])]
    return [{"name": ROUTES, "virtual_hosts": [*virtual_hosts, _everything_else(ports)]}]


def _host(host: str, ports: list[int]) -> list[dict[str, Any]]:
    """The authority of a CONNECT is host:port, so the ports are part of the domains."""
    why = f"{host} is listed with {_told(ports)} only"
    return [
        _virtual_host(host, [f"{host}:{port}" for port in ports], [_tunnel(), _plain()]),
        _virtual_host(f"{host}-other-ports", [f"{host}:*"], [_refusal("port", _CONNECT, why), _plain()]),
    ]


def _everything_else(ports: list[int]) -> dict[str, Any]:
    host = _refusal("host", _CONNECT, "this host is not listed")
    if not ports:
        return _virtual_host("everything-else", ["*"], [host, _plain()])
    port = _refusal("port", _CONNECT | {"headers": [_other_port(ports)]}, f"only {_told(ports)} may be reached at all")
    return _virtual_host("everything-else", ["*"], [port, host, _plain()])


def _other_port(ports: list[int]) -> dict[str, Any]:
    any_of = "|".join(str(port) for port in ports)
    return {
        "name": ":authority",
        "string_match": {"safe_regex": {"regex": f".*:({any_of})"}},
        "invert_match": True,
    }


def _told(ports: list[int]) -> str:
    return f"port {ports[0]}" if len(ports) == 1 else f"ports {', '.join(map(str, ports))}"


def _virtual_host(name: str, domains: list[str], found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "domains": domains, "routes": found}


def _tunnel() -> dict[str, Any]:
    return {
        "name": "tunnel",
        "match": _CONNECT,
        "route": {
            "cluster": WAY_OUT,
            "timeout": "0s",
            "idle_timeout": f"{SILENCE_SECONDS}s",
            "upgrade_configs": [{"upgrade_type": "CONNECT", "connect_config": {}}],
        },
    }


def _plain() -> dict[str, Any]:
    return _refusal("method", {"prefix": "/"}, "only CONNECT is carried; plain HTTP is not")


def _refusal(name: str, match: dict[str, Any], why: str) -> dict[str, Any]:
    """The address filter lets nothing pass that has no address; a refusal has none and must not meet it."""
    return {
        "name": f"refused-{name}",
        "match": match,
        "direct_response": {"status": 403, "body": {"inline_string": why}},
        "typed_per_filter_config": {"envoy.filters.http.rbac": {"@type": _RBAC_PER_ROUTE}},
    }
