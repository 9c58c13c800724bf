# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of the module network_load_balancer, for whoever makes load balancers like it. Stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited

PROTOCOL = {"type": "str", "choices": ["TCP", "TLS", "UDP", "TCP_UDP"], "default": "TCP"}
ALPN_POLICIES = ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"]
TARGET = {"id": {"type": "str"}, "port": {"type": "int"}, "availability_zone": {"type": "str"}}
HEALTH_CHECK = {
    "protocol": {"type": "str", "choices": ["TCP", "HTTP", "HTTPS"]},
    "port": {"type": "str"},
    "path": {"type": "str"},
    "matcher": {"type": "str"},
    "interval": {"type": "int"},
    "timeout": {"type": "int"},
    "healthy_threshold": {"type": "int"},
    "unhealthy_threshold": {"type": "int"},
}
TARGET_GROUP = {
    "name": {"type": "str", "required": True},
    "target_type": {"type": "str", "choices": ["alb", "ip", "instance"], "default": "ip"},
    "port": {"type": "int", "required": True},
    "protocol": PROTOCOL,
    "targets": {"type": "list", "elements": "dict", "options": TARGET},
    "auto_scaling_group": {"type": "str"},
    "purge_targets": {"type": "bool", "default": True},
    "health_check": {"type": "dict", "options": HEALTH_CHECK},
    "attributes": {"type": "dict"},
}
LISTENER = {
    "port": {"type": "int", "required": True},
    "protocol": PROTOCOL,
    "certificate_arns": {"type": "list", "elements": "str"},
    "ssl_policy": {"type": "str"},
    "alpn_policy": {"type": "str", "choices": ALPN_POLICIES},
    "tcp_idle_timeout": {"type": "int"},
    "target_group": {"type": "dict", "required": True, "options": TARGET_GROUP},
}
OPTIONS = {
    "name": {"type": "str", "required": True},
    "scheme": {"type": "str", "choices": ["internal", "internet-facing"], "default": "internal"},
    "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack"], "default": "ipv4"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "enforce_privatelink_security_groups": {"type": "bool", "default": False},
    "cross_zone": {"type": "bool", "default": False},
    "listeners": {"type": "list", "elements": "dict", "options": LISTENER},
    "purge_listeners": {"type": "bool", "default": True},
    "progress_path": {"type": "path"},
    **OWNED,
    **awaited(600),
}


def complete(given: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a module would have got for these options: what is not given has its default, or is None."""
    known = OPTIONS if options is None else options
    return {name: _value(option, given.get(name, option.get("default"))) for name, option in known.items()}


def _value(option: Mapping[str, Any], value: Any) -> Any:
    inner = option.get("options")
    if inner is None or value is None:
        return value
    return [complete(one, inner) for one in value] if option["type"] == "list" else complete(value, inner)
