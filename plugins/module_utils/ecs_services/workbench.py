# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the hands that change one service share. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place

Verbs = Mapping[tuple[str, str], Callable[[Mapping[str, Any]], None]]


@dataclass
class Workbench:
    """`arns` holds what is there of the service, by slot, and grows as things are made."""

    place: Place
    connect: Connect
    clock: Clock
    timeout: float
    arns: dict[m.Slot, str] = field(default_factory=dict)

    def until(self, read: Callable[[], Any], judge: Callable[[Any], Verdict], what: str) -> None:
        until_settled(read(), read=read, judge=judge, what=what, timeout=self.timeout, clock=self.clock)

    def refuse_stranger(self, what: str, tags: Mapping[str, str]) -> None:
        """For things whose tags AWS tells one at a time: asked for before they are changed, not before that."""
        if not Owner(link=self.place.link, side=self.place.side).owns(tags):
            raise PrivateLinkError(
                where=what,
                found="no tags of this link",
                allowed="one that we made",
                remedy="tag it or move it out of the way",
            )

    def target_group_arns(self) -> dict[str, str]:
        return {variant: arn for (kind, variant), arn in self.arns.items() if kind == m.TARGET_GROUP}
