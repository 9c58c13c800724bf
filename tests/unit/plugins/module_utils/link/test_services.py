"""Entries made whole."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link import fargate
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

DOMAIN = "tokyo.twoway.example"


def test_defaults_are_filled_in():
    (entry,) = service_catalog([{"name": "orders", "image": "shop/orders:1", "port": 8443}], DOMAIN)
    assert entry == {
        "name": "orders",
        "image": "shop/orders:1",
        "port": 8443,
        "path": "/orders",
        "host": "orders.tokyo.twoway.example",
        "protocol": "HTTPS",
        "cpu": 256,
        "memory": 512,
        "desired_count": 1,
        "environment": {},
        "secrets": {},
        "secret_keys": [],
        "command": [],
        "health_check": {
            "path": "/healthz",
            "matcher": "200",
            "interval": 10,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 2,
            "grace_period": 60,
        },
        "canary": None,
        "autoscaling": None,
        "deployment": {"circuit_breaker": "rollback", "minimum_healthy_percent": 100, "maximum_percent": 200},
        "conditions": {"hosts": [], "paths": [], "headers": {}, "methods": [], "source_ips": []},
        "stickiness": None,
        "enabled": True,
        "outbound": [],
        "deregistration_delay": 300,
        "slow_start": 0,
        "task_policy": [],
        "log_retention_days": 30,
    }


def test_a_complete_entry_stays_as_it_is():
    once = service_catalog(
        [{"name": "a", "image": "i", "port": 1, "canary": {"image": "j"}, "environment": {"N": "1", "T": ""}}], DOMAIN
    )
    assert service_catalog(once, DOMAIN) == once
    assert once[0]["environment"] == {"N": "1", "T": ""}
    assert once[0]["canary"] == {"image": "j", "weight": 0, "desired_count": 1}


def test_what_is_given_is_not_changed():
    given = {"name": "a", "image": "i", "port": 1}
    service_catalog([given], DOMAIN)
    assert given == {"name": "a", "image": "i", "port": 1}


def test_all_mistakes_of_a_list_are_raised_together():
    with pytest.raises(InvalidInventoryError) as raised:
        service_catalog([{"name": "A"}, {"port": 0}], DOMAIN)
    assert len(raised.value.lines) == 6
    assert raised.value.message.startswith("6 mistakes in the inventory:\n- services[0].name: found 'A'")


@pytest.mark.parametrize(
    ("cpu", "memory", "fits"),
    [
        (256, 512, True),
        (256, 2048, True),
        (256, 3072, False),
        (512, 512, False),
        (1024, 8192, True),
        (1024, 8193, False),
        (4096, 30720, True),
        (8192, 17408, False),
        (8192, 20480, True),
        (16384, 122880, True),
        (16384, 131072, False),
    ],
)
def test_fargate_sizes(cpu, memory, fits):
    assert fargate.memory_fits(cpu, memory) is fits
