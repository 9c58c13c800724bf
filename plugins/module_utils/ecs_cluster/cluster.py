# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An ECS cluster, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import (
    Owner,
    tag_changes,
    tags_after,
    wanted_tags,
    write_tags,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_cluster import api

# Tasks and services that are on their way out still hold the cluster for some seconds.
STILL_HELD = ("ClusterContainsTasksException", "ClusterContainsServicesException", "UpdateInProgressException")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    name: str
    container_insights: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Cluster:
        settings = {setting["name"]: setting["value"] for setting in item.get("settings", [])}
        return cls(
            name=item["clusterName"],
            container_insights=settings.get("containerInsights", "disabled") != "disabled",
            tags={tag["key"]: tag["value"] for tag in item.get("tags", [])},
            arn=item["clusterArn"],
        )

    def as_diff(self) -> dict[str, Any]:
        tags = dict(sorted(self.tags.items()))
        return {"name": self.name, "container_insights": self.container_insights, "tags": tags}


def plan(desired: Cluster | None, current: Cluster | None, *, purge_tags: bool) -> Plan:
    if desired is None:
        return Plan(before=current, after=None, changes=tuple(_away(current)))
    if current is None:
        values = {"container_insights": desired.container_insights, "tags": desired.tags}
        change = Change(verb="create", target=f"ECS cluster {desired.name}", why="absent", values=values)
        return Plan(before=None, after=desired, changes=(change,))
    after = replace(desired, arn=current.arn, tags=tags_after(current.tags, desired.tags, purge_tags))
    return Plan(before=current, after=after, changes=tuple(_towards(desired, current, purge_tags)))


def _away(current: Cluster | None) -> Iterator[Change]:
    if current:
        yield Change(verb="delete", target=f"ECS cluster {current.name}", why="not wanted")


def _towards(desired: Cluster, current: Cluster, purge_tags: bool) -> Iterator[Change]:
    target = f"ECS cluster {current.name}"
    if desired.container_insights != current.container_insights:
        values = {"container_insights": desired.container_insights}
        yield Change(verb="update", target=target, why="container insights differ", values=values)
    to_set, to_unset = tag_changes(current.tags, desired.tags, purge_tags)
    if to_set or to_unset:
        values = {"arn": current.arn, "to_set": to_set, "to_unset": to_unset}
        yield Change(verb="tag", target=target, why=f"tags {', '.join([*to_set, *to_unset])}", values=values)


class EcsCluster:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self.what = f"ECS cluster {self._name}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("ecs")

    def read(self) -> Cluster | None:
        """Raises PrivateLinkError when the name is taken by a cluster that is not ours and one is to be made."""
        item = api.describe(self._client, self._name)
        found = Cluster.from_boto(item) if item else None
        if found is None:
            return None
        making = self._params["state"] == "present"
        return found if self._owner.may_use(found.tags, where=self.what, making=making, kind="a cluster") else None

    def plan(self, current: Cluster | None) -> Plan:
        wanted = None
        if self._params["state"] == "present":
            tags = wanted_tags(self._name, self._params["tags"])
            wanted = Cluster(name=self._name, container_insights=self._params["container_insights"], tags=tags)
        return plan(wanted, current, purge_tags=self._params["purge_tags"])

    def judge(self, current: Cluster | None) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Cluster | None) -> dict[str, Any]:
        return {"cluster": {"name": state.name, "arn": state.arn} if state else None}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, container_insights: bool, tags: Mapping[str, str]) -> None:
        api.create(self._client, self._name, container_insights, tags)

    def _update(self, *, container_insights: bool) -> None:
        api.update(self._client, self._name, container_insights)

    def _tag(self, *, arn: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, arn, to_set, to_unset)

    def _delete(self) -> None:
        until_let_go(
            self.what,
            lambda: api.delete(self._client, self._name),
            timeout=self.wait_timeout,
            held=lambda error: error.code in STILL_HELD,
        )
