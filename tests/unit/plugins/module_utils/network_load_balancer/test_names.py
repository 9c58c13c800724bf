"""Names that Elastic Load Balancing takes."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.names import NAME


@pytest.mark.parametrize("name", ["a", "tokyo-inbound", "A1", "x" * 32])
def test_names(name):
    assert NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a.b", "x" * 33, "internal-a"])
def test_no_names(name):
    assert not NAME.fullmatch(name)
