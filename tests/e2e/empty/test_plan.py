"""`site.yml --check --diff` on an empty cloud: a whole plan, and not one write."""

import json

from e2e import api_log, holdings, plan, playbook, sandbox, services

# What each service takes, whatever it asks for.
TAKEN = ("create log group", "create stable target group", "create rule", "register stable task definition")
# Made by tasks that a later one, of the same name, would ask for again.
ENDPOINTS = {"tokyo_public": ["tokyo-inbound"], "tokyo_isolated": ["tokyo-ecr.api", "tokyo-outbound"]}


def test_an_empty_cloud_is_planned_and_left_empty():
    file = sandbox.directory() / "plan.json"
    before = len(api_log.writes())
    dry = playbook.run("site.yml", "--check", "--diff", playbook.given(plan_file=file))
    plan.keep(dry.output)
    assert dry.returncode == 0, dry.output
    assert dry.changed
    assert api_log.writes()[before:] == []
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]

    sides = json.loads(file.read_text())["sides"]
    (fleet,) = [result for result in sides["tokyo_isolated"] if "services" in result]
    assert [row["name"] for row in fleet["services"]] == sorted(services.names())
    for row in fleet["services"]:
        done = [f"{action['verb']} {action['target']}" for action in row["actions"]]
        assert all(any(line.startswith(taken) for line in done) for taken in TAKEN), done
        assert row["diff"]["after"]["rule"]["conditions"] == {"host-header": [services.target(row["name"])["host"]]}
    for side, names in ENDPOINTS.items():
        made = [
            action["target"] for result in sides[side] for action in result["actions"] if action["verb"] == "create"
        ]
        assert {f"interface endpoint {name}" for name in names} <= set(made), made
    assert "PRIVATE KEY" not in file.read_text()


def test_a_plan_is_not_written_by_a_run_that_does_it_too():
    refused = playbook.run("site.yml", playbook.given(plan_file=sandbox.directory() / "never.json"))
    assert refused.returncode != 0 and "add --check" in refused.output
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]
