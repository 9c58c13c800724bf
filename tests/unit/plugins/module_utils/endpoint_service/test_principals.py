"""Which connections nobody admits any more."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import STATES
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.principals import unadmitted
from unit.plugins.module_utils.endpoint_service.scenery import ONE, TWO, connections

PROVIDER = "9" * 12


@pytest.mark.parametrize(
    ("principals", "admitted"),
    [
        pytest.param([], False, id="nobody"),
        pytest.param([ONE], True, id="its account"),
        pytest.param([TWO], False, id="another account"),
        pytest.param([TWO, ONE], True, id="both"),
        pytest.param(["*"], True, id="everybody"),
        pytest.param(["arn:aws:iam::111111111111:role/deployer"], True, id="a role of its account"),
        pytest.param(["arn:aws:iam::222222222222:role/111111111111"], False, id="its number elsewhere"),
        pytest.param(["arn:aws-cn:sts::111111111111:assumed-role/x/y"], True, id="a session of its account"),
        pytest.param(["arn:aws:organizations::222222222222:organization/o-x"], True, id="an organization may"),
    ],
)
def test_whom_principals_admit(principals, admitted):
    found = unadmitted(connections("available").items, principals, PROVIDER)

    assert (found == ()) is admitted


@pytest.mark.parametrize("owner", [None, PROVIDER])
def test_the_provider_and_the_unknown_are_never_turned_out(owner):
    assert unadmitted(connections("available", owner=owner).items, [], PROVIDER) == ()


def test_only_live_connections_count():
    found = unadmitted(connections(*STATES).items, [], PROVIDER)

    assert [one.state for one in found] == ["pendingAcceptance", "pending", "available", "partial"]
