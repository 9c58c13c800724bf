"""ecs_services where AWS throttles: paced, it is never refused; not paced, it gets there all the same."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils import _pool
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.pacer import RATE_VARIABLE

FLEET = [
    {
        "name": f"s{number}",
        "image": "shop/service:1.0",
        "port": 8443,
        "canary": {"image": "shop/service:1.1", "weight": 5},
    }
    for number in range(12)
]


@pytest.fixture
def converge(cloud, run, site, monkeypatch):
    """One call at a time: a clock that leaps with each sleep has no place for what is on its way meanwhile."""
    monkeypatch.setattr(_pool._thread, "is_worker", True, raising=False)
    cloud.plane.throttles.switch(True)

    def converge(rate: str):
        monkeypatch.setenv(RATE_VARIABLE, rate)
        cloud.plane.log.clear()
        result = run("ecs_services", "isolated", **site.options(services=FLEET))
        assert not result.get("failed"), result
        return result, cloud.plane.log.counters()

    yield converge
    cloud.plane.throttles.switch(False)


def test_paced_it_is_never_refused(cloud, converge):
    result, calls = converge("1")
    assert calls["throttled"] == 0
    assert [row["changed"] for row in result["services"]] == [True] * len(FLEET)
    assert len(cloud.client("elbv2").describe_target_groups()["TargetGroups"]) == 2 * len(FLEET)


def test_refused_it_tries_again_until_all_is_made(cloud, converge):
    """As when others in the account use up what AWS allows. Of 12 calls PutRetentionPolicy, 5 pass at once."""
    result, calls = converge("0")
    account = calls["accounts"][cloud.settings.account("isolated").id]
    refused = {action.partition(":")[2] for action, told in account.items() if told["errors"]}
    assert "PutRetentionPolicy" in refused
    assert [row["changed"] for row in result["services"]] == [True] * len(FLEET)
    assert len(cloud.client("elbv2").describe_target_groups()["TargetGroups"]) == 2 * len(FLEET)
