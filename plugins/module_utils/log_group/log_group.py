# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A log group of CloudWatch Logs, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import (
    Owner,
    tag_changes,
    tags_after,
    wanted_tags,
    write_tags,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import logs_api as api


@dataclass(frozen=True, kw_only=True)
class LogGroup:
    """`retention_days` is None for a log that is kept for ever."""

    name: str
    retention_days: int | None
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None

    def as_diff(self) -> dict[str, Any]:
        return {"name": self.name, "retention_days": self.retention_days, "tags": dict(sorted(self.tags.items()))}


def plan(desired: LogGroup | None, current: LogGroup | None, *, purge_tags: bool) -> Plan:
    if desired is None:
        return Plan(before=current, after=None, changes=tuple(_away(current)))
    if current is None:
        return Plan(before=None, after=desired, changes=(_change("create", desired, "absent", group=desired),))
    after = replace(desired, arn=current.arn, tags=tags_after(current.tags, desired.tags, purge_tags))
    return Plan(before=current, after=after, changes=tuple(_towards(desired, current, purge_tags)))


def _away(current: LogGroup | None) -> Iterator[Change]:
    if current:
        yield _change("delete", current, "not wanted")


def _towards(desired: LogGroup, current: LogGroup, purge_tags: bool) -> Iterator[Change]:
    """A run that was killed between making and this has left it without retention."""
    if desired.retention_days != current.retention_days:
        yield _change("retain", current, "another retention", days=desired.retention_days)
    to_set, to_unset = tag_changes(current.tags, desired.tags, purge_tags)
    if to_set or to_unset:
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield _change("tag", current, why, arn=current.arn, to_set=to_set, to_unset=to_unset)


def _change(verb: str, which: LogGroup, why: str, **values: object) -> Change:
    return Change(verb=verb, target=f"log group {which.name}", why=why, values=values)


class LogGroupSubject:
    wait_timeout = 0.0

    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self._present = params["state"] == "present"
        self.what = f"log group {self._name}"
        if self._present and params["retention_days"] is None:
            raise PrivateLinkError(where="retention_days", found="nothing", allowed="what a log group needs")

    @property
    def _client(self) -> Any:
        return self._connect("logs")

    def read(self) -> LogGroup | None:
        """Raises PrivateLinkError when the name is taken by one that is not ours and one is to be made."""
        groups = api.list_log_groups(self._client, self._name)
        item = next((group for group in groups if group["logGroupName"] == self._name), None)
        if item is None:
            return None
        arn = item["arn"].removesuffix(":*")  # DescribeLogGroups adds it, the tagging calls do not take it
        tags = api.log_group_tags(self._client, arn)
        if not self._owner.may_use(tags, where=self.what, making=self._present, kind="a log group"):
            return None
        return LogGroup(name=self._name, retention_days=item.get("retentionInDays"), tags=tags, arn=arn)

    def plan(self, current: LogGroup | None) -> Plan:
        wanted = None
        if self._present:
            tags = wanted_tags(self._name, self._params["tags"])
            wanted = LogGroup(name=self._name, retention_days=self._params["retention_days"], tags=tags)
        return plan(wanted, current, purge_tags=self._params["purge_tags"])

    def judge(self, _current: LogGroup | None) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: LogGroup | None) -> dict[str, Any]:
        return {"log_group": {"name": state.name, "arn": state.arn} if state else None}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, group: LogGroup) -> None:
        api.create_log_group(self._client, group.name, group.tags)
        self._retain(days=group.retention_days)

    def _retain(self, *, days: int) -> None:
        api.set_retention(self._client, self._name, days)

    def _tag(self, *, arn: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, arn, to_set, to_unset)

    def _delete(self) -> None:
        api.delete_log_group(self._client, self._name)
