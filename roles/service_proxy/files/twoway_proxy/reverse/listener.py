"""The way out's listener: PROXY protocol from the NLB, CONNECT from the service, an address that is not refused."""

from typing import Any

from ..envoy.access_log import access_log
from ..envoy.bootstrap import agent_cluster, bootstrap, http_manager, listener, router
from ..envoy.files import source
from ..settings import Settings
from . import resolver
from .addresses import RefusedAddresses
from .health import health
from .routes import ROUTES, SILENCE_SECONDS, WAY_OUT

PORT = 3128
HEADERS_KB = 16
# PP2_TYPE_AWS. Its value's first byte, 0x01, says that the id of the endpoint follows, and stays in the log as \u0001.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html (proxy protocol)
AWS_TLV = 0xEA

_EXTENSIONS = "type.googleapis.com/envoy.extensions"


def way_out(settings: Settings, refused: RefusedAddresses) -> dict[str, Any]:
    way = listener("way_out", PORT, {"filters": [_manager(settings, refused)]}, **_proxy_protocol())
    return bootstrap(settings, listeners=[way, health()], clusters=[_cluster(), agent_cluster(settings)], dynamic={})


def _proxy_protocol() -> dict[str, Any]:
    """Required: a connection without it does not come from the NLB, and nobody could say whose it is."""
    header = {
        "name": "envoy.filters.listener.proxy_protocol",
        "typed_config": {
            "@type": f"{_EXTENSIONS}.filters.listener.proxy_protocol.v3.ProxyProtocol",
            "disallowed_versions": ["V1"],
            "tlv_location": "FILTER_STATE",
            "rules": [{"tlv_type": AWS_TLV, "on_tlv_present": {"key": "endpoint"}}],
        },
    }
    return {"listener_filters": [header], "listener_filters_timeout": "5s"}


def _manager(settings: Settings, refused: RefusedAddresses) -> dict[str, Any]:
    asked = {
        "asked": "%REQ(:AUTHORITY)%",
        "endpoint": "%FILTER_STATE(envoy.network.proxy_protocol.tlv:FIELD:endpoint)%",
    }
    return http_manager(
        "way_out",
        codec_type="HTTP1",
        rds={"route_config_name": ROUTES, "config_source": source(settings.state_dir, "routes")},
        http_filters=[_resolve(), _check_address(refused), router()],
        upgrade_configs=[{"upgrade_type": "CONNECT"}],
        access_log=[
            access_log(settings.log_dir / "access.json", asked),
            access_log(settings.log_dir / "deny.json", asked, only_refused=True),
        ],
        max_request_headers_kb=HEADERS_KB,
        request_headers_timeout="10s",
        stream_idle_timeout=f"{SILENCE_SECONDS}s",
        common_http_protocol_options={"idle_timeout": "60s", "max_headers_count": 50},
        local_reply_config=_answers(),
    )


def _answers() -> dict[str, Any]:
    """Every answer of the proxy's own is JSON that says what was asked, and why it is not had."""
    denied = {
        "name": "envoy.access_loggers.extension_filters.cel",
        "typed_config": {
            "@type": f"{_EXTENSIONS}.access_loggers.filters.cel.v3.ExpressionFilter",
            "expression": "response.code_details.startsWith('rbac_access_denied')",
        },
    }
    address = "this host resolves to an address that is refused (private, link-local, loopback, own VPC)"
    return {
        "mappers": [{"filter": {"extension_filter": denied}, "body": {"inline_string": address}}],
        "body_format": {
            "json_format": {
                "refused": "%REQ(:AUTHORITY)%",
                "why": "%LOCAL_REPLY_BODY%",
                "status": "%RESPONSE_CODE%",
                "request_id": "%REQ(X-REQUEST-ID)%",
            }
        },
    }


def _dns_cache() -> dict[str, Any]:
    """Addresses come from our own resolver and nowhere else."""
    ours = {"socket_address": {"address": resolver.ADDRESS, "port_value": resolver.PORT}}
    return {
        "name": WAY_OUT,
        "dns_lookup_family": "V4_ONLY",
        "dns_min_refresh_rate": "5s",
        "dns_query_timeout": "5s",
        "max_hosts": 4096,
        "typed_dns_resolver_config": {
            "name": "envoy.network.dns_resolver.cares",
            "typed_config": {
                "@type": f"{_EXTENSIONS}.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
                "resolvers": [ours],
                "dns_resolver_options": {"no_default_search_domain": True},
            },
        },
    }


def _resolve() -> dict[str, Any]:
    return {
        "name": "envoy.filters.http.dynamic_forward_proxy",
        "typed_config": {
            "@type": f"{_EXTENSIONS}.filters.http.dynamic_forward_proxy.v3.FilterConfig",
            "dns_cache_config": _dns_cache(),
            "save_upstream_address": True,
        },
    }


def _check_address(refused: RefusedAddresses) -> dict[str, Any]:
    """The second line behind the resolver, and the one that can answer 403. No address known means no."""
    forbidden = [_address(str(network.network_address), network.prefixlen) for network in refused.networks]
    known = _address("0.0.0.0", 0)
    public = {"and_rules": {"rules": [known, {"not_rule": {"or_rules": {"rules": forbidden}}}]}}
    return {
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": f"{_EXTENSIONS}.filters.http.rbac.v3.RBAC",
            "rules": {
                "action": "ALLOW",
                "policies": {"public-address": {"permissions": [public], "principals": [{"any": True}]}},
            },
        },
    }


def _address(prefix: str, length: int) -> dict[str, Any]:
    matcher = {
        "@type": f"{_EXTENSIONS}.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher",
        "upstream_ip": {"address_prefix": prefix, "prefix_len": length},
    }
    return {"matcher": {"name": "envoy.rbac.matchers.upstream_ip_port", "typed_config": matcher}}


def _cluster() -> dict[str, Any]:
    return {
        "name": WAY_OUT,
        "lb_policy": "CLUSTER_PROVIDED",
        "connect_timeout": "5s",
        "cluster_type": {
            "name": "envoy.clusters.dynamic_forward_proxy",
            "typed_config": {
                "@type": f"{_EXTENSIONS}.clusters.dynamic_forward_proxy.v3.ClusterConfig",
                "dns_cache_config": _dns_cache(),
            },
        },
        "upstream_connection_options": {"tcp_keepalive": {"keepalive_time": 60, "keepalive_interval": 15}},
        "circuit_breakers": {"thresholds": [{"max_connections": 50_000, "max_requests": 50_000}]},
    }
