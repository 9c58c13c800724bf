"""What a task may say about connections, and what it may not."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from unit.plugins.module_utils.endpoint_connection.scenery import MINE, PAID, desired


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            {},
            "endpoint_ids: no endpoint named, and nothing said of owners or tags; allowed: at least one of "
            "endpoint_ids, owner_ids and connection_tags",
            id="nothing",
        ),
        pytest.param(
            {"endpoint_ids": [], "owner_ids": [], "connection_tags": {}},
            "endpoint_ids: no endpoint named, and nothing said of owners or tags; allowed: at least one of "
            "endpoint_ids, owner_ids and connection_tags",
            id="empty",
        ),
        pytest.param(
            {"name": "door", "owner_ids": [MINE]},
            "tags: nothing; allowed: the service's privatelink: tags; or give service_id",
            id="name without tags",
        ),
        *(
            pytest.param(
                {"owner_ids": [MINE, wrong]},
                f"owner_ids[1]: {wrong or 'no value'}; allowed: an account id of twelve digits",
                id=f"owner {wrong}",
            )
            for wrong in ("", "123", "arn:aws:iam", "1" * 13)
        ),
        pytest.param(
            {"state": "rejected", "owner_ids": [MINE], "accept_only": True},
            "accept_only: state: rejected; allowed: state: accepted",
            id="reject and accept only",
        ),
        pytest.param(
            {"state": "rejected", "owner_ids": [MINE], "payer_responsibility": PAID},
            "payer_responsibility: state: rejected; allowed: state: accepted",
            id="pay for the rejected",
        ),
    ],
)
def test_refused(options, message):
    with pytest.raises(PrivateLinkError) as error:
        desired(**options)
    assert error.value.message == message


@pytest.mark.parametrize(
    ("options", "service"),
    [
        ({}, "vpce-svc-1"),
        ({"service_id": None, "name": "door", "tags": {"privatelink:link": "tokyo"}}, "door"),
        ({"service_id": None}, "(not known yet)"),
    ],
)
def test_the_service_it_speaks_of(options, service):
    assert desired(owner_ids=[MINE], **options).service == service
