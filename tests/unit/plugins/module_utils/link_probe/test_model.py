"""When a task has ended."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe.model import has_ended

ENDED, RUNS = {"lastStatus": "STOPPED", "exitCode": 0}, {"lastStatus": "RUNNING"}


@pytest.mark.parametrize(
    ("task", "ended"),
    [
        ({"lastStatus": "STOPPED", "containers": [ENDED]}, True),
        ({"lastStatus": "STOPPED", "containers": []}, True),
        ({"lastStatus": "DEPROVISIONING", "containers": [ENDED]}, True),
        ({"lastStatus": "DEPROVISIONING", "containers": [ENDED, RUNS]}, False),
        ({"lastStatus": "RUNNING", "containers": [RUNS]}, False),
        ({"lastStatus": "PROVISIONING", "containers": [{}]}, False),
        ({"lastStatus": "PROVISIONING"}, False),
        ({}, False),
    ],
)
def test_a_task_has_ended_with_its_containers(task, ended):
    assert has_ended(task) is ended
