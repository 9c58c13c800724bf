"""The attributes of load balancers, listeners and target groups: which exist where, with AWS's defaults.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.elbv2.exceptions import InvalidConfigurationRequest, ValidationError

Attributes = Mapping[str, str]

_ACCESS_LOGS = {"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""}

LOAD_BALANCER: Mapping[str, Attributes] = {
    "application": {
        **_ACCESS_LOGS,
        "client_keep_alive.seconds": "3600",
        "connection_logs.s3.bucket": "",
        "connection_logs.s3.enabled": "false",
        "connection_logs.s3.prefix": "",
        "deletion_protection.enabled": "false",
        "health_check_logs.s3.bucket": "",
        "health_check_logs.s3.enabled": "false",
        "health_check_logs.s3.prefix": "",
        "idle_timeout.timeout_seconds": "60",
        "ipv6.deny_all_igw_traffic": "false",
        "load_balancing.cross_zone.enabled": "true",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true",
        "waf.fail_open.enabled": "false",
        "zonal_shift.config.enabled": "false",
    },
    "network": {
        **_ACCESS_LOGS,
        "deletion_protection.enabled": "false",
        "dns_record.client_routing_policy": "any_availability_zone",
        "ipv6.deny_all_igw_traffic": "false",
        "load_balancing.cross_zone.enabled": "false",
        "secondary_ips.auto_assigned.per_subnet": "0",
        "zonal_shift.config.enabled": "false",
    },
}

IDLE_SECONDS = "350"
_TCP = {"tcp.idle_timeout.seconds": IDLE_SECONDS}
_HTTP = {"routing.http.response.server.enabled": "true"}
LISTENER: Mapping[str, Attributes] = {"TCP": _TCP, "HTTP": _HTTP, "HTTPS": _HTTP}

_HEALTH = {
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
_SHARED = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "stickiness.enabled": "false",
    **_HEALTH,
}

# (lowest, highest) of the numbers that AWS checks.
_RANGES = {
    "client_keep_alive.seconds": (60, 604800),
    "deregistration_delay.timeout_seconds": (0, 3600),
    "idle_timeout.timeout_seconds": (1, 4000),
    "slow_start.duration_seconds": (0, 900),
    "stickiness.lb_cookie.duration_seconds": (1, 604800),
    "tcp.idle_timeout.seconds": (60, 6000),
}


def of_target_group(protocol: str, target_type: str) -> dict[str, str]:
    """What a new target group starts with."""
    if protocol in ("HTTP", "HTTPS"):
        return {
            **_SHARED,
            "load_balancing.algorithm.anomaly_mitigation": "off",
            "load_balancing.algorithm.type": "round_robin",
            "slow_start.duration_seconds": "0",
            "stickiness.app_cookie.cookie_name": "",
            "stickiness.app_cookie.duration_seconds": "86400",
            "stickiness.lb_cookie.duration_seconds": "86400",
            "stickiness.type": "lb_cookie",
        }
    return {
        **_SHARED,
        "deregistration_delay.connection_termination.enabled": "false",
        # Instances see the client's address, IP targets behind TCP and TLS do not.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
        "preserve_client_ip.enabled": "true" if target_type == "instance" else "false",
        "proxy_protocol_v2.enabled": "false",
        "stickiness.type": "source_ip",
        "target_health_state.unhealthy.connection_termination.enabled": "true",
        "target_health_state.unhealthy.draining_interval_seconds": "0",
    }


def check(noun: str, given: Attributes, known: Attributes, owner: str) -> None:
    """Refuse what `known` has not, and numbers out of their range. `owner` is for the message."""
    for key, value in given.items():
        if key not in known:
            raise InvalidConfigurationRequest(f"{noun} attribute key '{key}' is not supported on {owner}")
        lowest, highest = _RANGES.get(key, (None, None))
        if lowest is not None and not (value.isdigit() and lowest <= int(value) <= highest):
            raise ValidationError(f"'{key}' value '{value}' must be between '{lowest}-{highest}' inclusive")
