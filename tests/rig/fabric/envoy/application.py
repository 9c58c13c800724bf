"""Application Load Balancers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from rig.fabric.atlas import Node
from rig.fabric.envoy import clusters, conditions, discovery, metering, parts
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.parts import Part
from rig.world import Action, Condition, Listener, LoadBalancer

_SERVER = "awselb/2.0"
# docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html: "up to 128 requests in
# parallel using one HTTP/2 connection".
_REQUESTS_A_CONNECTION = 128
_COOKIE = "AWSALBTG"
_TARGET_COOKIE = "AWSALB"
_SESSIONS = "envoy.filters.http.stateful_session"
_SESSIONS_KIND = "extensions.filters.http.stateful_session.v3.StatefulSession"
# docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
_TRACE_ID = """
math.randomseed(os.time())
function envoy_on_request(handle)
  local headers = handle:headers()
  local tail = string.format("%08x%08x%08x", math.random(0, 2^31), math.random(0, 2^31), math.random(0, 2^31))
  local id = string.format("1-%08x-%s", os.time(), tail)
  local given = headers:get("x-amzn-trace-id")
  headers:replace("x-amzn-trace-id", given and ("Self=" .. id .. ";" .. given) or ("Root=" .. id))
end
"""


def add_load_balancer(draft: Draft, balancer: LoadBalancer, listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        for node in draft.site.atlas.nodes[balancer.arn]:
            _add(draft, listener, node)


def _add(draft: Draft, listener: Listener, node: Node) -> None:
    name = f"{listener.arn.rpartition(':')[2]}/{node.interface.id}"
    address = parts.socket_address(node.interface.address, listener.port, draft.site.network(node))
    is_https = listener.protocol == "HTTPS"
    tls = parts.server_tls(listener.certificates, alpn=("h2", "http/1.1")) if is_https else None
    draft.add_listener(parts.listener(name, address, [_connection_manager(name, node.load_balancer)], tls))
    draft.add_routes(_routes(name, draft, listener, node))
    draft.meter(name, node)


def _connection_manager(name: str, balancer: LoadBalancer) -> Part:
    lua = parts.named(
        "envoy.filters.http.lua",
        "extensions.filters.http.lua.v3.Lua",
        default_source_code={"inline_string": _TRACE_ID},
    )
    router = parts.named(
        "envoy.filters.http.router", "extensions.filters.http.router.v3.Router", suppress_envoy_headers=True
    )
    return parts.network_filter(
        "http_connection_manager",
        "http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        rds={"config_source": discovery.source(), "route_config_name": name},
        http_filters=[lua, parts.named(_SESSIONS, _SESSIONS_KIND), router],
        access_log=metering.loggers(name),
        use_remote_address=True,
        generate_request_id=False,
        # docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html: HTTP/1.0 too,
        # with the load balancer's own name for a host that is not named.
        http_protocol_options={"accept_http_10": True, "default_host_for_http_10": balancer.dns_name},
        http2_protocol_options={"max_concurrent_streams": _REQUESTS_A_CONNECTION},
        server_header_transformation="PASS_THROUGH",
        early_header_mutation_extensions=[_source_header()],
        local_reply_config={"mappers": _own_replies()},
        stream_idle_timeout=f"{balancer.attributes.get('idle_timeout.timeout_seconds', '60')}s",
        common_http_protocol_options={
            "idle_timeout": f"{balancer.attributes.get('client_keep_alive.seconds', '3600')}s"
        },
    )


def _source_header() -> Part:
    """Envoy routes by headers: so the client's address becomes one."""
    return parts.named(
        "envoy.http.early_header_mutation.header_mutation",
        "extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
        mutations=[
            {
                "append": {
                    "header": {
                        "key": conditions.SOURCE_HEADER,
                        "value": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%",
                    },
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                }
            }
        ],
    )


def _own_replies() -> list[Part]:
    """What the balancer says itself bears its name. A target that cannot be reached is 502 there, 503 in Envoy:
    docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html."""
    signed = {"headers_to_add": [_set_header("server", _SERVER)]}
    unreachable = {"response_flag_filter": {"flags": ["UF", "UC", "UPE", "UR"]}}
    always = {"status_code_filter": {"comparison": {"op": "GE", "value": {"default_value": 0, "runtime_key": "any"}}}}
    return [{"filter": unreachable, "status_code": 502, **signed}, {"filter": always, **signed}]


def _set_header(name: str, value: str) -> Part:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


def _routes(name: str, draft: Draft, listener: Listener, node: Node) -> Part:
    rules = sorted(listener.rules, key=lambda rule: rule.priority)
    routes = [route for rule in rules for route in _rule(draft, node, rule.conditions, rule.action)]
    routes += _rule(draft, node, (), listener.default)
    return parts.typed(
        "config.route.v3.RouteConfiguration",
        name=name,
        virtual_hosts=[{"name": "all", "domains": ["*"], "routes": routes}],
        request_headers_to_add=[_set_header("x-forwarded-port", str(listener.port))],
        request_headers_to_remove=[conditions.SOURCE_HEADER, "x-envoy-internal", "x-envoy-external-address"],
    )


def _rule(draft: Draft, node: Node, needed: tuple[Condition, ...], action: Action) -> Iterator[Part]:
    match = conditions.match(needed)
    if action.kind == "fixed-response":
        reply = {"status": int(action.status_code), "body": {"inline_string": action.body}}
        content_type = [_set_header("content-type", action.content_type)]
        named = {"name": metering.FIXED_RESPONSE, "match": match}
        yield {**named, "direct_response": reply, "response_headers_to_add": content_type}
    elif action.kind == "redirect":
        yield {"name": metering.REDIRECT, "match": match, "redirect": _redirect(action)}
    else:
        yield from _forward(match, action, draft.forward(action, node), _target_cookies(draft, action, node))


def _target_cookies(draft: Draft, action: Action, node: Node) -> dict[str, Part]:
    """What keeps a client at its target, by cluster, where the target group asks for it. The cookie of an application
    is not served: docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html."""
    groups = draft.site.atlas.target_groups
    wanted = [groups[part.arn] for part in action.target_groups if part.arn in groups]
    return {
        clusters.name_of(group, node): _session(group.attributes["stickiness.lb_cookie.duration_seconds"])
        for group in wanted
        if group.attributes.get("stickiness.enabled") == "true" and group.attributes["stickiness.type"] == "lb_cookie"
    }


def _session(seconds: str) -> Part:
    cookie = {"name": _TARGET_COOKIE, "path": "/", "ttl": f"{seconds}s"}
    kind = "extensions.http.stateful_session.cookie.v3.CookieBasedSessionState"
    state = parts.named("envoy.http.stateful_session.cookie", kind, cookie=cookie)
    per_route = parts.typed(f"{_SESSIONS_KIND}PerRoute", stateful_session={"session_state": state})
    return {"typed_per_filter_config": {_SESSIONS: per_route}}


def _forward(match: Part, action: Action, forward: list[tuple[str, int]], sessions: dict[str, Part]) -> Iterator[Part]:
    if not any(weight for _cluster, weight in forward):
        yield {"match": match, "direct_response": {"status": HTTPStatus.SERVICE_UNAVAILABLE}}
        return
    if action.stickiness_seconds is not None:
        yield from ({**_sticky(match, cluster), **sessions.get(cluster, {})} for cluster, _weight in forward)
    weighted = [
        {"name": cluster, "weight": weight, **_cookie(cluster, action.stickiness_seconds), **sessions.get(cluster, {})}
        for cluster, weight in forward
    ]
    yield {"match": match, "route": {"weighted_clusters": {"clusters": weighted}, "timeout": "0s"}}


def _sticky(match: Part, cluster: str) -> Part:
    """A client goes where it was sent before, whatever the weights now, even if nobody is there."""
    seen = {"name": "cookie", "string_match": {"contains": f"{_COOKIE}={_token(cluster)}"}}
    return {"match": {**match, "headers": [*match["headers"], seen]}, "route": {"cluster": cluster, "timeout": "0s"}}


def _cookie(cluster: str, seconds: int | None) -> Part:
    if seconds is None:
        return {}
    cookie = f"{_COOKIE}={_token(cluster)}; Max-Age={seconds}; Path=/"
    return {"response_headers_to_add": [{"header": {"key": "set-cookie", "value": cookie}}]}


def _token(cluster: str) -> str:
    """The same on every node: only the target group counts."""
    return hashlib.sha256(cluster.rpartition("/")[0].encode()).hexdigest()[:32]


def _redirect(action: Action) -> Part:
    wanted = action.redirect
    parsed: Part = {"response_code": "FOUND" if wanted.get("StatusCode") == "HTTP_302" else "MOVED_PERMANENTLY"}
    if (protocol := wanted.get("Protocol", "#{protocol}")) != "#{protocol}":
        parsed["scheme_redirect"] = protocol.lower()
    if (host := wanted.get("Host", "#{host}")) != "#{host}":
        parsed["host_redirect"] = host
    if (port := wanted.get("Port", "#{port}")) != "#{port}":
        parsed["port_redirect"] = int(port)
    return {**parsed, **_redirected_path(wanted.get("Path", "/#{path}"), wanted.get("Query", "#{query}"))}


def _redirected_path(path: str, query: str) -> Part:
    """`#{path}` is the request's path without its first slash."""
    if path == "/#{path}" and query == "#{query}":
        return {}
    suffix = f"?{query}" if query not in ("", "#{query}") else ""
    if "#{path}" not in path:
        return {"path_redirect": path + suffix, "strip_query": query != "#{query}"}
    substitution = re.sub(r"#\{path\}", r"\\1", path) + suffix
    rewrite = {"pattern": {"regex": "^/(.*)$"}, "substitution": substitution}
    return {"regex_rewrite": rewrite, "strip_query": query != "#{query}"}
