"""An inventory with mistakes about what is theirs: all are told, and nothing was written."""

import pytest

from e2e import holdings, sandbox
from e2e.bring_your_own import inventory
from e2e.theirs import company, snapshot

MISTAKES = (
    "tokyo_public: existing_network: public_subnet_tags: found no subnet in apne1-az1",
    "tokyo_public: published[0].ports: found 8443, where shop-front does not listen; allowed: 443",
    "tokyo_isolated: existing_network: private_subnet_ids: found",
    "tokyo_isolated: published[0].load_balancer: found nobody, which is not there",
    "tokyo_isolated: published[1].instance_tags: found tags that no instance carries",
    "tokyo_isolated: published[2].ports: found i-",
)


@pytest.fixture(scope="module")
def refused():
    return inventory.run("site.yml", "wrong")


def test_every_mistake_is_told_in_one_go(refused):
    assert refused.returncode != 0
    for line in MISTAKES:
        assert line in refused.output, refused.output


def test_nothing_was_made_and_nothing_of_theirs_changed(refused):
    assert {side: holdings.of_ours(side) for side in sandbox.SIDES} == {"public": {}, "isolated": {}}
    assert snapshot.take() == company.before()
