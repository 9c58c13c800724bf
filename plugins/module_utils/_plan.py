# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is to be done, as data. PRIVATE to the collection; stdlib only.

A plan is drawn up once, from what is wanted and what is there. Check mode shows
it, a real run walks it: so both print the same difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError


class State(Protocol):
    """One thing, or one list of things, as AWS has it or as the plan leaves it."""

    def as_diff(self) -> Any:
        """Only what the plan can change, in plain sorted data."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One step. `verb` picks the function that applies it, `values` are its arguments in our own words."""

    verb: str
    target: str
    why: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, str]:
        return {"verb": self.verb, "target": self.target, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The ordered changes that turn `before` into `after`; None stands for a thing that is not there.

    `unknown` names the options that came without a value, as ids do in check mode when what they
    belong to is not made yet. A real run refuses them.
    """

    before: State | None
    after: State | None
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.changes

    def as_diff(self) -> dict[str, Any]:
        return {
            "before": self.before.as_diff() if self.before else {},
            "after": self.after.as_diff() if self.after else {},
        }

    def refuse_unknown(self) -> None:
        """Raises PrivateLinkError when something must be changed and an id it may need is not known."""
        if self.changes and self.unknown:
            raise PrivateLinkError(
                where=", ".join(self.unknown),
                found="no value",
                allowed="an id that AWS knows",
                remedy="only check mode goes on without it: run the task that makes it first",
            )
