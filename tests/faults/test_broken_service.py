"""A service that does not run keeps no other from the door, and the play fails at its end and says why."""

import pytest
from e2e import holdings, playbook, sandbox, services, task

NEVER_RUNS = {"command": ["/bin/false"]}


@pytest.fixture
def taken_down():
    yield
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]


def answers(*names: str) -> dict[str, bool]:
    told = task.ask(task.public_requests([services.target(name) for name in names], seconds=2))
    return {name: bool(answer["ok"]) and not answer["failed"] for name, answer in told.items()}


@pytest.mark.usefixtures("taken_down")
def test_what_does_not_run_keeps_no_other_from_the_door(tmp_path):
    orders, stock, payments = services.entries()
    broken = {"name": "broken", "image": services.image("broken:1.0.0"), "port": 8443, **NEVER_RUNS}
    inventory = services.inventory_of(tmp_path, [broken, orders, stock])
    built = playbook.run("site.yml", inventory=[inventory])
    assert built.returncode != 0
    assert "1 of 3 failed:" in built.output and "- broken: tokyo-broken-stable: " in built.output
    assert answers("orders", "stock") == {"orders": True, "stock": True}

    # What ran before still does, and so it is still published, though the door hears of the others alone.
    inventory = services.inventory_of(tmp_path, [{**orders, **NEVER_RUNS}, stock, payments])
    changed = playbook.run("playbooks/services.yml", inventory=[inventory])
    assert changed.returncode != 0
    assert "1 of 4 failed:" in changed.output and "- orders: tokyo-orders-stable: " in changed.output
    assert answers("orders", "stock", "payments") == {"orders": True, "stock": True, "payments": True}
