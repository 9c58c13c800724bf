# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter canary_workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.wish import plan_of

DOCUMENTATION = r"""
name: canary_workflow
short_description: Draw the workflow of AWX that promotes a canary
version_added: 0.1.0
description:
  - For each weight the canary is moved there, the step is analysed, and somebody approves what comes next; after the
    last one the canary is promoted.
  - What fails, is refused or is not approved in time is rolled back. Then the workflow fails, for AWX counts a failure
    that was followed by something as a success.
positional: link, organization, timeout
options:
  _input:
    description: The canary's share at each step in per cent, growing, with 100 as the last.
    type: list
    elements: float
    required: true
  link:
    description: The link, which the names of its job templates begin with.
    type: str
    required: true
  organization:
    description: The organization of the job templates.
    type: str
    required: true
  timeout:
    description: How many seconds an approval waits; 0 for as long as it takes.
    type: int
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the nodes
  ansible.builtin.debug:
    msg: "{{ ([5, 25, 50, 100] | twoway.privatelink.canary_workflow('tokyo', 'Default', 86400)).nodes }}"
"""

RETURN = r"""
_value:
  description:
    - C(approvals), what awx.awx.workflow_job_template_node makes its approval nodes of; and C(nodes), what
      awx.awx.workflow_job_template makes the others of and links all with. An approval has no job template there.
  type: dict
"""

ROLLBACK = "rollback"
OUTCOME = "outcome"
PROMOTE = "promote"
NO_JOB = {"name": "", "type": ""}


def canary_workflow(weights: Sequence[float], link: str, organization: str, timeout: int) -> dict[str, Any]:
    try:
        shares = [f"{step.weight:g}" for step in plan_of({}, weights).steps]
    except PrivateLinkError as error:
        raise AnsibleFilterError(f"weights of the workflow: {error.message}") from None
    jobs: dict[str, dict[str, Any]] = {}
    approvals = []
    for index, share in enumerate(shares):
        jobs[f"step {share}" if index else "start"] = _job(link, organization, "step" if index else "start")
        jobs[f"analyse {share}"] = _job(link, organization, "analyse")
        onward = f"{shares[index + 1]} %" if share != shares[-1] else "promotion"
        approvals.append(_approval(link, share, onward, timeout))
        jobs[approvals[-1]["identifier"]] = NO_JOB
    jobs[PROMOTE] = _job(link, organization, PROMOTE)
    return {"approvals": approvals, "nodes": [*_way(jobs), *_way_back(link, organization)]}


def _approval(link: str, share: str, onward: str, timeout: int) -> dict[str, Any]:
    return {
        "identifier": f"approve {onward}",
        "name": f"{link}: from {share} % to {onward}?",
        "description": f"The canary was good at {share} %. To refuse is to roll it back.",
        "timeout": timeout,
    }


def _way(jobs: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One after the other, and from each of them back."""
    names = list(jobs)
    nodes = [_node(name, job, failure_nodes=ROLLBACK) for name, job in jobs.items()]
    for node, following in zip(nodes, names[1:], strict=False):
        node["related"]["success_nodes"] = [{"identifier": following}]
    return nodes


def _way_back(link: str, organization: str) -> list[dict[str, Any]]:
    rollback = _node(ROLLBACK, _job(link, organization, ROLLBACK), success_nodes=OUTCOME)
    outcome = _node(OUTCOME, _job(link, organization, "status"))
    return [rollback, {**outcome, "extra_data": {"canary_expect": "promoted"}}]


def _node(identifier: str, job: dict[str, Any], **related: str) -> dict[str, Any]:
    links = {how: [{"identifier": other}] for how, other in related.items()}
    return {"identifier": identifier, "unified_job_template": job, "related": links}


def _job(link: str, organization: str, action: str) -> dict[str, Any]:
    return {"name": f"{link} canary {action}", "type": "job_template", "organization": {"name": organization}}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"canary_workflow": canary_workflow}
