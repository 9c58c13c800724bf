"""A service that does not run keeps no other from the door, and the play fails at its end and says why."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from e2e import holdings, link, playbook, sandbox, services, task

CRASHES = "-crashes"  # a version of the sandbox's that exits before it listens
PROXIES_SECONDS = 60


@pytest.fixture
def taken_down():
    yield
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]


def answers(*names: str) -> dict[str, bool]:
    told = task.ask(task.public_requests([services.target(name) for name in names], seconds=2))
    return {name: bool(answer["ok"]) and not answer["failed"] for name, answer in told.items()}


def await_answers(*names: str) -> None:
    """A run that fails does not wait for the proxies, which may still be starting, or have yet to hear of a service."""
    deadline = time.monotonic() + PROXIES_SECONDS
    while not all(answers(*names).values()):
        assert time.monotonic() < deadline, f"no answer of {names} within {PROXIES_SECONDS} s"


@contextmanager
def group_of_somebody_else(name: str) -> Iterator[None]:
    elbv2 = sandbox.client("isolated", "elbv2")
    vpc_id = link.security_group("isolated", "services")["VpcId"]
    (group,) = elbv2.create_target_group(Name=name, Protocol="HTTPS", Port=443, VpcId=vpc_id, TargetType="ip")[
        "TargetGroups"
    ]
    try:
        yield
    finally:
        elbv2.delete_target_group(TargetGroupArn=group["TargetGroupArn"])


def planned(file) -> dict[str, tuple[bool, bool]]:
    """Of each service whether it would change, and whether something is wrong with it."""
    results = json.loads(file.read_text())["sides"]["tokyo_isolated"]
    (rows,) = (result["services"] for result in results if "services" in result)
    return {row["name"]: (row["changed"], bool(row["error"])) for row in rows}


@pytest.mark.usefixtures("taken_down")
def test_what_does_not_run_keeps_no_other_from_the_door(tmp_path):
    orders, stock, payments = services.entries()
    broken = {"name": "broken", "image": services.image(f"broken:1.0.0{CRASHES}"), "port": 8443}
    inventory = services.inventory_of(tmp_path, [broken, orders, stock])
    built = playbook.run("site.yml", inventory=[inventory])
    assert built.returncode != 0
    assert "1 of 3 failed:" in built.output
    assert "- broken: tokyo-broken-stable: " in built.output
    await_answers("orders", "stock")

    # What cannot even be planned keeps no other out of the plan, which fails once it is written.
    inventory = services.inventory_of(tmp_path, [orders, payments])
    plan = tmp_path / "plan.json"
    with group_of_somebody_else("tokyo-payments-stable"):
        told = playbook.given(plan_file=plan)
        looked = playbook.run("playbooks/services.yml", "--check", told, inventory=[inventory])
    assert looked.returncode != 0
    assert "1 of 4 failed:" in looked.output
    assert "- payments: target group tokyo-payments-stable: " in looked.output
    assert planned(plan) == {
        "broken": (True, False),
        "orders": (False, False),
        "payments": (False, True),
        "stock": (True, False),
    }
    # What ran before still does, and so it is still published, though the door hears of the others alone.
    inventory = services.inventory_of(tmp_path, [{**orders, "image": orders["image"] + CRASHES}, stock, payments])
    changed = playbook.run("site.yml", inventory=[inventory])
    assert changed.returncode != 0
    assert "1 of 4 failed:" in changed.output
    assert "- orders: tokyo-orders-stable: " in changed.output
    assert answers("orders", "stock") == {"orders": True, "stock": True}
    await_answers("payments")
