# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connection notifications of an endpoint service: which events go to which SNS topic. Stdlib only.

AWS gives them no tags. They hang on one service, and whose the service is, theirs they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

EVENTS = ("Accept", "Connect", "Delete", "Reject")
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class Notification:
    """`notification_id` and `state` (Enabled, or Disabled when the topic cannot be reached) are None in a plan."""

    topic_arn: str
    events: tuple[str, ...]
    notification_id: str | None = None
    state: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Notification:
        return cls(
            topic_arn=item["ConnectionNotificationArn"],
            events=tuple(sorted(item["ConnectionEvents"])),
            notification_id=item["ConnectionNotificationId"],
            state=item.get("ConnectionNotificationState"),
        )

    def as_diff(self) -> dict[str, Any]:
        return {"topic_arn": self.topic_arn, "events": list(self.events)}

    def as_result(self) -> dict[str, Any]:
        return {**self.as_diff(), "notification_id": self.notification_id, "state": self.state}


@dataclass(frozen=True, kw_only=True)
class NotificationChanges:
    """`after` is what is there once the three lists are done."""

    create: tuple[Notification, ...]
    modify: tuple[Notification, ...]
    delete: tuple[Notification, ...]
    after: tuple[Notification, ...]


def compare(wanted: Sequence[Notification], found: Sequence[Notification], purge: bool) -> NotificationChanges:
    """By topic. Of several that lead to one topic the first is kept; the others go with `purge`."""
    firsts: dict[str, Notification] = {}
    for one in sorted(found, key=lambda one: one.notification_id or ""):
        firsts.setdefault(one.topic_arn, one)
    topics = {one.topic_arn for one in wanted}
    surplus = tuple(one for one in found if one.topic_arn not in topics or one is not firsts[one.topic_arn])
    create = tuple(one for one in wanted if one.topic_arn not in firsts)
    kept = {one.topic_arn: replace(firsts[one.topic_arn], events=one.events) for one in wanted if one not in create}
    return NotificationChanges(
        create=create,
        modify=tuple(one for topic, one in kept.items() if one != firsts[topic]),
        delete=surplus if purge else (),
        after=in_order([*create, *kept.values(), *(() if purge else surplus)]),
    )


def in_order(items: Iterable[Notification]) -> tuple[Notification, ...]:
    return tuple(sorted(items, key=lambda one: (one.topic_arn, one.notification_id or "")))


def wanted_notifications(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Notification, ...] | None:
    """Of the option; None when it was not given. Raises PrivateLinkError for what AWS would refuse."""
    if entries is None:
        return None
    for index, entry in enumerate(entries):
        where = f"connection_notifications[{index}]"
        if not TOPIC.fullmatch(entry["topic_arn"]):
            raise PrivateLinkError(
                where=f"{where}.topic_arn", found=entry["topic_arn"] or "no value", allowed="the ARN of an SNS topic"
            )
        if entry["topic_arn"] in [other["topic_arn"] for other in entries[:index]]:
            raise PrivateLinkError(
                where=f"{where}.topic_arn",
                found=f"{entry['topic_arn']} a second time",
                allowed="each topic once",
                remedy="put all its events into one entry",
            )
        if not entry["events"]:
            raise PrivateLinkError(where=f"{where}.events", found="none", allowed=", ".join(EVENTS))
    made = [Notification(topic_arn=one["topic_arn"], events=tuple(sorted(set(one["events"])))) for one in entries]
    return in_order(made)
