"""The NLB's health checks on their way to the agent.

A target group with PROXY protocol sends its header before health checks too, so something must take it off first:
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
("Health check connections"). A person on the instance asks without one.
"""

from typing import Any

from ..envoy.bootstrap import AGENT, UNLIMITED, listener
from ..web import HEALTH_PORT

_FILTERS = "type.googleapis.com/envoy.extensions.filters"


def health() -> dict[str, Any]:
    header = {
        "name": "envoy.filters.listener.proxy_protocol",
        "typed_config": {
            "@type": f"{_FILTERS}.listener.proxy_protocol.v3.ProxyProtocol",
            "allow_requests_without_proxy_protocol": True,
        },
    }
    onward = {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{_FILTERS}.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": "health",
            "cluster": AGENT,
        },
    }
    return listener("health", HEALTH_PORT, {"filters": [onward]}, listener_filters=[header], **UNLIMITED)
