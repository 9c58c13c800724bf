# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Weights and tasks of a share of the requests. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import math

from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import State
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import weights_of


def step_weights(percent: float) -> dict[str, int]:
    return weights_of(percent)


def needed_tasks(state: State, stable_tasks: int, percent: float) -> int:
    """As many as stable has, or had, for the same share of requests; at least one, and those that must be healthy."""
    plan = state.plan
    share = math.ceil(max(state.tasks, stable_tasks) * percent / 100) if plan.scale else 0
    return max(1, plan.min_healthy, share)
