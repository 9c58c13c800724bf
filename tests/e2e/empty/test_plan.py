"""`site.yml --check --diff` on an empty cloud: a whole plan, and not one write."""

from e2e import holdings, plan, playbook, sandbox


def test_an_empty_cloud_is_planned_and_left_empty():
    dry = playbook.run("site.yml", "--check", "--diff")
    plan.keep(dry.output)
    assert dry.returncode == 0, dry.output
    assert dry.changed
    assert [holdings.of_ours(side) for side in sandbox.SIDES] == [{}, {}]
