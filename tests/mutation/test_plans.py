"""Nine of ten small changes to a pure plan make a test fail: the tables of its tests say what they must.

Run by scripts/prove. A further plan is one line.
"""

from __future__ import annotations

import pytest
from mutation.workspace import CHECKOUT, difference, score

LEAST = 0.90
PLANS = [
    # the file under plugins/module_utils, the folder of its tests
    ("endpoint_service/plan.py", "endpoint_service"),
    ("endpoint_connection/plan.py", "endpoint_connection"),
    ("interface_endpoint/plan.py", "interface_endpoint"),
    ("network_load_balancer/plan.py", "network_load_balancer"),
    ("network_load_balancer/plan_listeners.py", "network_load_balancer"),
    ("network_load_balancer/plan_target_groups.py", "network_load_balancer"),
    ("network_load_balancer/questions.py", "network_load_balancer"),
    ("existing_network/check.py", "existing_network"),
    ("published/check.py", "published"),
]


@pytest.mark.parametrize(("mutated", "tests"), PLANS, ids=[mutated for mutated, _tests in PLANS])
def test_its_tests_notice_a_change(mutated, tests, record_property):
    into = CHECKOUT / "build" / "mutation" / mutated.removesuffix(".py")
    found = score(mutated, tests, into)
    alive = "\n\n".join(difference(mutant, into) for mutant in found.survivors)
    told = f"{mutated}: {found.killed} of {found.killed + len(found.survivors)} killed ({found.share:.1%})"
    print(f"\n{told}; alive:\n{alive}")
    record_property("mutation", told)

    assert found.share >= LEAST, f"{told}; alive:\n{alive}"
