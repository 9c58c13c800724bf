"""kill -9 of ansible-playbook at five moments of site.yml and of teardown.yml, then the same command again.

A moment is a number of writes that AWS has seen, so that each one falls into another part of the road: networks,
load balancers, endpoints, services, proxies.
"""

import pytest
from e2e import foreign, holdings, playbook, sandbox, services, task
from e2e.interrupted import kill_after

WRITES_BEFORE_THE_KILL = {"site.yml": (5, 30, 70, 100, 130), "playbooks/teardown.yml": (3, 15, 35, 60, 80)}


def held() -> dict:
    """Holdings without what ECS and Auto Scaling make and replace by themselves."""
    told = {side: holdings.of_ours(side) for side in sandbox.SIDES}
    for side in told.values():
        side.pop("NetworkInterfaces", None)
    return told


@pytest.fixture(scope="module")
def undisturbed():
    """What a link holds when nobody was killed."""
    built = playbook.run("site.yml")
    assert built.returncode == 0, built.output
    told = held()
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    return told


@pytest.mark.parametrize("moment", range(5))
def test_the_same_command_again_finishes_what_was_killed(moment, undisturbed):
    kill_after("site.yml", WRITES_BEFORE_THE_KILL["site.yml"][moment])
    built = playbook.run("site.yml")
    assert built.returncode == 0, built.output
    assert held() == undisturbed
    told = task.ask(task.public_requests(services.targets(), seconds=2))
    assert all(answer["ok"] and not answer["failed"] for answer in told.values()), told

    kill_after("playbooks/teardown.yml", WRITES_BEFORE_THE_KILL["playbooks/teardown.yml"][moment])
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    assert held() == {side: {} for side in sandbox.SIDES}
    assert foreign.snapshot() == foreign.recorded()
