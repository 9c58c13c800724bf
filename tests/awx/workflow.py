"""How AWX walks a workflow: which nodes run, and whether the whole has failed.

After awx/main/scheduler/dag_workflow.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SUCCESSFUL, FAILED = "successful", "failed"
ENDS = (SUCCESSFUL, FAILED, "error", "canceled")
ALWAYS = "always_nodes"


@dataclass
class Node:
    """`template` is False where what the node ran has been deleted: AWX follows its failure."""

    identifier: str
    children: Mapping[str, Sequence[str]]
    template: bool = True
    status: str = ""
    will_not_run: bool = False

    def followed(self) -> list[str]:
        if not self.template or self.status in ENDS[1:]:
            return [*self.children.get("failure_nodes", ()), *self.children.get(ALWAYS, ())]
        return [*self.children.get("success_nodes", ()), *self.children.get(ALWAYS, ())] if self.status else []

    @property
    def decided(self) -> bool:
        return self.will_not_run or bool(self.status) or not self.template


@dataclass
class Workflow:
    nodes: dict[str, Node]
    ran: list[str] = field(default_factory=list)
    parents: dict[str, list[Node]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.nodes:
            self.parents[name] = [
                node for node in self.nodes.values() if any(name in to for to in node.children.values())
            ]

    @classmethod
    def of(cls, nodes: Sequence[Mapping[str, Any]]) -> Workflow:
        """`nodes` as awx.awx.workflow_job_template takes them."""
        made = {}
        for node in nodes:
            links = {how: [one["identifier"] for one in to] for how, to in node.get("related", {}).items()}
            made[node["identifier"]] = Node(node["identifier"], links)
        return cls(made)

    @property
    def roots(self) -> list[str]:
        return [name for name in self.nodes if not self.parents[name]]

    def run(self, outcome: Callable[[str], str]) -> bool:
        """Whether the workflow is successful. `outcome` runs a node and says how it ended, one after the other."""
        while ready := self._ready():
            for name in ready:
                self.nodes[name].status = outcome(name)
                self.ran.append(name)
        assert all(node.decided for node in self.nodes.values()), "AWX would wait for ever"
        return not any(self._is_unhandled(node) for node in self.nodes.values())

    def _ready(self) -> list[str]:
        while self._mark():
            pass
        found, left = [], list(self.roots)
        seen: set[str] = set()
        while left:
            name = left.pop(0)
            node = self.nodes[name]
            if name in seen or node.will_not_run:
                continue
            seen.add(name)
            if node.status or not node.template:
                left += node.followed()
            elif all(parent.decided for parent in self.parents[name]):
                found.append(name)
        return found

    def _mark(self) -> bool:
        """Nodes that nothing can lead to any more."""
        marked = False
        for name, node in self.nodes.items():
            parents = self.parents[name]
            if node.decided or not parents or not all(parent.decided for parent in parents):
                continue
            if not any(name in parent.followed() for parent in parents if not parent.will_not_run):
                node.will_not_run = marked = True
        return marked

    def _is_unhandled(self, node: Node) -> bool:
        handled = node.children.get("failure_nodes") or node.children.get(ALWAYS)
        has_failed = node.status in ENDS[1:] or (not node.template and not node.will_not_run)
        return has_failed and not handled
