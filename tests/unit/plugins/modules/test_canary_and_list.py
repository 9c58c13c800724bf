"""site.yml's ecs_services beside a canary: it leaves alone what is on its way, and takes nothing back afterwards."""

from __future__ import annotations

import pytest
from unit.plugins.modules.fleet import BILLING, ORDERS, row, verbs, writes

SERVICE = {"link": "tokyo", "service": "orders", "by": "alice"}
PLAN = {"bake": 60, "checks": [], "abort_on": [], "interval": 10, "settle": 10}
NEW = {**ORDERS, "image": "shop/orders:1.1"}


@pytest.fixture
def go(run, converge):
    converge(ORDERS)

    def act(action: str, **more):
        told = run("canary", "isolated", action=action, plan=PLAN, **SERVICE, **more)
        assert not told.get("failed"), told
        return told["canary"]

    return act


@pytest.mark.parametrize(
    "entry",
    [ORDERS, {**ORDERS, "canary": {"image": "shop/orders:1.2", "weight": 50}}, {**NEW, "desired_count": 3}],
    ids=["without it", "with another", "with another image"],
)
def test_a_canary_on_its_way_is_left_alone(go, converge, account, entry, cloud):
    go("start", version="1.1")
    before = account.services(), account.weights()
    told = converge(entry)
    assert not told.get("failed") and not told["changed"], told
    assert (account.services(), account.weights()) == before
    assert writes(cloud) == []


def test_what_is_not_of_the_task_sets_is_still_the_lists(go, converge, account):
    go("start", version="1.1")
    weights = account.weights()
    told = converge({**ORDERS, "log_retention_days": 90, "conditions": {"methods": ["GET"]}})
    assert verbs(told) == ["modify log group /twoway/tokyo/services/orders", "modify rule tokyo-orders"]
    assert account.weights() == weights


def test_nobody_takes_a_service_away_while_its_canary_is_on_its_way(go, converge, account):
    go("start", version="1.1")
    before = account.services()
    told = converge()
    assert "first playbooks/canary.yml -e canary_action=rollback -e canary_service=orders" in row(told)["error"]
    assert account.services() == before
    go("rollback")
    assert not converge().get("failed") and account.services() == {}


def test_what_was_written_down_of_a_canary_goes_with_its_service(go, converge, run, cloud, site):
    def written() -> list[str]:
        asked = {"Key": "Path", "Option": "Recursive", "Values": ["/twoway/tokyo/canary"]}
        return sorted(
            one["Name"] for one in cloud.client("ssm").describe_parameters(ParameterFilters=[asked])["Parameters"]
        )

    foreign = {"Name": "/twoway/tokyo/canary/orders/notes", "Value": "mine", "Type": "String"}
    cloud.client("ssm").put_parameter(**foreign)
    go("start", version="1.1")
    go("rollback")
    converge(BILLING, ORDERS)
    root = "/twoway/tokyo/canary/orders"
    assert written() == [root, f"{root}/lock/2", f"{root}/notes"]
    told = converge(BILLING)
    assert [action["verb"] for action in told["actions"]][-1] == "forget"
    assert written() == [f"{root}/notes"]
    assert not converge(BILLING)["changed"]
    # A new service of that name begins anew.
    converge(BILLING, ORDERS)
    assert go("start", version="1.1")["plan"] == 1
    gone = run("ecs_services", "isolated", **site.options(state="absent"))
    assert not gone.get("failed") and written() == [f"{root}/notes"]
    assert not run("ecs_services", "isolated", **site.options(state="absent"))["changed"]


def test_what_somebody_has_put_back_since_may_be_promoted_again(go, converge, account):
    go("run", version="1.1")
    converge(NEW)
    converge(ORDERS)
    assert go("run", version="1.1")["plan"] == 2
    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.1"


def test_the_former_image_stops_the_run_with_the_one_edit_to_make(go, converge, account, cloud):
    go("run", version="1.1")
    told = converge(ORDERS)
    assert row(told)["error"] == (
        "services[orders].image: shop/orders:1.0, which a canary has replaced by shop/orders:1.1; "
        "allowed: what was promoted, or what was never replaced; "
        "set image: shop/orders:1.1 and take its canary out; to go back on purpose, ship shop/orders:1.0 as a canary"
    )
    assert writes(cloud) == []
    definition = account.definition("tokyo-orders-stable")
    edited = converge(NEW)
    assert not edited.get("failed")
    assert account.definition("tokyo-orders-stable") == definition
    assert list(account.services()) == ["tokyo-orders-stable"]
    # From now on the list counts: an image that was before is an edit like any other.
    assert not converge(NEW)["changed"]
    assert not converge(ORDERS).get("failed")
    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.0"


def test_a_third_image_is_somebodys_will(go, converge, account):
    go("run", version="1.1")
    assert not converge({**ORDERS, "image": "shop/orders:1.2"}).get("failed")
    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.2"


def test_back_on_purpose_is_a_canary_too(go, converge, account):
    go("run", version="1.1")
    go("run", version="1.0")
    assert not converge(ORDERS).get("failed")
    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.0"


def test_what_was_rolled_back_gets_no_tasks_until_the_list_names_another(run, converge, account):
    def entry(version: str):
        return {**ORDERS, "canary": {"image": f"shop/orders:{version}", "desired_count": 2}}

    def act(action: str):
        return run("canary", "isolated", action=action, plan=PLAN, **SERVICE)

    converge(entry("1.1"))
    act("start")
    assert act("rollback")["canary"]["phase"] == "rolled_back"
    assert not converge(entry("1.1"))["changed"]
    assert account.services()["tokyo-orders-canary"]["desiredCount"] == 0
    converge(entry("1.2"))
    assert account.services()["tokyo-orders-canary"]["desiredCount"] == 2
    assert not converge(entry("1.2"))["changed"]
