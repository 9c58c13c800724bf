"""Entries that leave the inventory: ours go, theirs stay, and what is still published does not notice."""

import pytest

from e2e import holdings
from e2e.bring_your_own import calls, inventory, route
from e2e.theirs import company, snapshot


@pytest.fixture(scope="module", autouse=True)
def less():
    done = inventory.run("site.yml", "less")
    assert done.returncode == 0, done.output
    return done


def test_ours_are_gone_on_both_sides():
    held = holdings.of_ours("isolated")
    assert [name for name in held["LoadBalancers"] if "-pub-" in name] == ["tokyo-pub-printer"]
    assert [name for name in held["TargetGroups"] if "-pub-" in name] == ["tokyo-pub-printer-ip-9100"]
    assert [name for name in held["ServiceConfigurations"] if "published" in name] == [
        "tokyo-published-ledger",
        "tokyo-published-printer",
    ]
    assert calls.published("public").keys() == {"ledger", "printer"}
    assert len([name for name in holdings.of_ours("public")["VpcEndpoints"] if "published" in name]) == 2


def test_theirs_are_as_they_were_before_but_for_the_route_to_s3():
    assert route.taken_out(snapshot.take()) == company.before()


def test_what_is_published_still_answers():
    where = calls.published("public")
    asked = [{"name": name, "address": one["addresses"][0], "send": "x\n"} for name, one in where.items()]
    assert calls.make("public", *asked) == {"ledger": "ledger: x\n", "printer": "printer: x\n"}


def test_the_next_run_changes_nothing(less):
    again = inventory.run("site.yml", "less")
    assert (again.returncode, again.changed) == (0, ()), again.output
