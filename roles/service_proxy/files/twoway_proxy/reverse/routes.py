"""A profile as Envoy's routes: a listed host and port is carried, everything else an answer that says why not.

A CONNECT that is listed meets the same virtual host twice. The first time its route
leads to the cluster that resolves names, so that the name is resolved and its address
checked; when that has passed, a filter marks the request and asks for its route again,
which then leads to the listener that looks into the tunnel (inspector.py). The first
route carries no tunnel itself: it has no `connect_config`.
"""

from typing import Any

from ..names import WILDCARD
from .profiles import Destination, Profile

# The NLB in front forgets a silent connection after 350 s.
SILENCE_SECONDS = 340
# Filter state that the filters set behind the check of the address (gate.py).
CHECKED = "twoway.address_checked"
# What Envoy adds for its own kind, and what a client tells its proxy: nobody outside needs to know.
_NOT_FOR_OUTSIDE = (
    "proxy-authorization",
    "proxy-connection",
    "x-envoy-external-address",
    "x-forwarded-proto",
    "x-request-id",
)

_CONNECT: dict[str, Any] = {"connect_matcher": {}}
_MARKED = {"key": CHECKED, "string_match": {"exact": "yes"}}
_RBAC_PER_ROUTE = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute"


def routes_name(port: int) -> str:
    return f"way-out-{port}"


def way_out_name(port: int) -> str:
    return f"way-out-{port}"


def inspector_name(port: int) -> str:
    return f"inspect-{port}"


def routes(profile: Profile) -> dict[str, Any]:
    hosts = [each for one in profile.destinations for each in _listed(one, profile.port)]
    others = [_other_ports(host, ports) for host, ports in sorted(_ports_by_host(profile).items())]
    everything_else = _everything_else(sorted({port for one in profile.destinations for port in one.ports}))
    return {"name": routes_name(profile.port), "virtual_hosts": [*hosts, *others, everything_else]}


def _ports_by_host(profile: Profile) -> dict[str, list[int]]:
    """Of hosts that are listed by name: Envoy's domains have a * at one end only."""
    hosts: dict[str, set[int]] = {}
    for one in profile.destinations:
        if not one.host.startswith(WILDCARD):
            hosts.setdefault(one.host, set()).update(one.ports)
    return {host: sorted(ports) for host, ports in hosts.items()}


def _listed(one: Destination, profile: int) -> list[dict[str, Any]]:
    """The authority of a CONNECT is host:port, so the ports are part of the domains."""
    domains = [f"{one.host}:{port}" for port in one.ports]
    if one.plain_http:
        # A request for port 80 need not name it.
        domains += [one.host] if 80 in one.ports else []
        found = [
            *_request(one, profile),
            _refusal("method", _CONNECT, "this port is listed for plain HTTP: no CONNECT"),
        ]
        return [_virtual_host(f"plain/{one.name}", domains, [*found, _unlisted({"prefix": "/"})])]
    found = [*_tunnel(one, profile), _refusal("plain", {"prefix": "/"}, "this port is listed for TLS: only CONNECT")]
    return [_virtual_host(f"listed/{one.name}", domains, [*found, _unlisted(_CONNECT)])]


def _one_label(one: Destination) -> dict[str, Any]:
    """A * of Envoy's domains stands for any number of labels, ours for one: nothing more to match for a plain name."""
    if not one.host.startswith(WILDCARD):
        return {}
    # The domain has matched, so as many labels as it has leave one for the *. Short: Envoy refuses large expressions.
    regex = r"\.".join(["[A-Za-z0-9-]+"] * one.host.count(".") + ["[A-Za-z0-9:-]+"])
    return {"headers": [{"name": ":authority", "string_match": {"safe_regex": {"regex": regex}}}]}


def _tunnel(one: Destination, profile: int) -> list[dict[str, Any]]:
    match = {**_CONNECT, **_one_label(one)}
    carried = {
        "cluster": inspector_name(profile),
        "timeout": "0s",
        "idle_timeout": f"{SILENCE_SECONDS}s",
        "upgrade_configs": [{"upgrade_type": "CONNECT", "connect_config": {}}],
    }
    resolved = {"cluster": way_out_name(profile), "timeout": "0s", "upgrade_configs": [{"upgrade_type": "CONNECT"}]}
    return [
        {"name": "tunnel", "match": {**match, "filter_state": [_MARKED]}, "route": carried},
        {"name": "resolve", "match": match, "route": resolved},
    ]


def _request(one: Destination, profile: int) -> list[dict[str, Any]]:
    label = _one_label(one).get("headers", [])
    in_the_clear = {"name": ":scheme", "string_match": {"exact": "http"}}
    return [
        {
            "name": "request",
            "match": {"prefix": "/", "headers": [in_the_clear, *label]},
            "route": {
                "cluster": way_out_name(profile),
                "timeout": "0s",
                "idle_timeout": f"{SILENCE_SECONDS}s",
                "upgrade_configs": [{"upgrade_type": "CONNECT", "enabled": False}],
            },
            "stat_prefix": f"plain_{profile}",
            "request_headers_to_remove": list(_NOT_FOR_OUTSIDE),
        }
    ]


def _other_ports(host: str, ports: list[int]) -> dict[str, Any]:
    why = f"{host} is listed with {_told(ports)} only"
    domains = [f"{host}:*"] if 80 in ports else [f"{host}:*", host]
    return _virtual_host(f"other-ports/{host}", domains, [_refusal("port", _CONNECT, why), _plain()])


def _everything_else(ports: list[int]) -> dict[str, Any]:
    host = _unlisted(_CONNECT)
    if not ports:
        return _virtual_host("everything-else", ["*"], [host, _plain()])
    other = {"headers": [_ends_not_with(f":{port}") for port in ports]}
    port = _refusal("port", _CONNECT | other, f"only {_told(ports)} may be reached at all")
    return _virtual_host("everything-else", ["*"], [port, host, _plain()])


def _ends_not_with(text: str) -> dict[str, Any]:
    return {"name": ":authority", "string_match": {"suffix": text}, "invert_match": True}


def _told(ports: list[int]) -> str:
    return f"port {ports[0]}" if len(ports) == 1 else f"ports {', '.join(map(str, ports))}"


def _virtual_host(name: str, domains: list[str], found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "domains": domains, "routes": found}


def _unlisted(match: dict[str, Any]) -> dict[str, Any]:
    return _refusal("host", match, "this host is not listed")


def _plain() -> dict[str, Any]:
    return _refusal("plain", {"prefix": "/"}, "only CONNECT is carried here; plain HTTP is not")


def _refusal(name: str, match: dict[str, Any], why: str) -> dict[str, Any]:
    """The address filter lets nothing pass that has no address; a refusal has none and must not meet it."""
    return {
        "name": f"refused-{name}",
        "match": match,
        "direct_response": {"status": 403, "body": {"inline_string": why}},
        "typed_per_filter_config": {"envoy.filters.http.rbac": {"@type": _RBAC_PER_ROUTE}},
    }
