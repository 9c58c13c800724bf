"""Options of a load balancer and what AWS has of it, for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import Alb, Around
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import (
    Desired,
    Front,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan import plan

TAGS = {"privatelink:link": "tokyo"}


def group(name="tg", **options):
    return {
        "name": name,
        "target_type": "ip",
        "port": 80,
        "protocol": "TCP",
        "targets": None,
        "auto_scaling_group": None,
        "purge_targets": True,
        "health_check": None,
        "attributes": None,
        **options,
    }


def target(address, port=None, zone=None):
    return {"id": address, "port": port, "availability_zone": zone}


TLS_OPTIONS = ("certificate_arns", "ssl_policy", "alpn_policy", "tcp_idle_timeout")


def listener(at, /, over="TCP", **options):
    own = {name: options.pop(name, None) for name in TLS_OPTIONS}
    return {"port": at, "protocol": over, **own, "target_group": group(**options)}


PARAMS = {
    "name": "door",
    "scheme": "internal",
    "ip_address_type": "ipv4",
    "subnet_ids": ["subnet-1"],
    "security_group_ids": ["sg-1"],
    "enforce_privatelink_security_groups": False,
    "cross_zone": False,
    "listeners": [listener(443)],
    "purge_listeners": True,
    "tags": TAGS,
    "purge_tags": True,
    "state": "present",
    "wait": True,
    "wait_timeout": 60,
}


ALB = Alb(arn="alb-1", kind="application", vpc_id="vpc-1", ports=(80, 443))


def alb_listener(at, /, **options):
    return listener(at, target_type="alb", **{"targets": [target("alb-1")], **options})


def tls(at, /, *certificates, **options):
    return listener(at, over="TLS", certificate_arns=list(certificates), **options)


def desired(**options):
    return Desired.from_params({**PARAMS, **options})


def existing(**options):
    """As AWS has it once the options were applied."""
    after = plan(desired(**options), Front(around=Around(albs={"alb-1": ALB}))).after
    return replace(
        after,
        load_balancer=replace(after.load_balancer, arn="lb", vpc_id="vpc-1", state="active"),
        listeners=tuple(replace(one, arn=f"listener-{one.port}") for one in after.listeners),
        target_groups=tuple(replace(one, arn=f"arn-{one.name}") for one in after.target_groups),
    )
