# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whose a resource is. PRIVATE to the collection; stdlib only.

The AWS tags are the state. What does not carry our tags is never changed or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

LINK = "privatelink:link"
SIDE = "privatelink:side"
SERVICE = "privatelink:service"
NAME = "Name"
RESERVED_PREFIX = "aws:"  # https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html

NAMED = 3  # of what uses a thing, in a line a person reads

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A link, and one side of it when the tags name one."""

    link: str
    side: str | None = None

    @classmethod
    def from_tags(cls, tags: Mapping[str, Any] | None) -> Owner:
        link = (tags or {}).get(LINK)
        if not link:
            raise PrivateLinkError(
                where="tags",
                found=f"no {LINK}",
                allowed=f"a mapping with {LINK} and, best, {SIDE}",
                remedy="without it nothing can be told to be ours, now or later",
            )
        side = tags.get(SIDE)
        return cls(link=str(link), side=None if side is None else str(side))

    def tags(self) -> dict[str, str]:
        return {LINK: self.link} if self.side is None else {LINK: self.link, SIDE: self.side}

    def owns(self, tags: Mapping[str, str]) -> bool:
        return all(tags.get(key) == value for key, value in self.tags().items())

    def may_use(
        self,
        tags: Mapping[str, str],
        *,
        where: str,
        making: bool,
        kind: str = "one",
        remedy: str = "rename the link",
    ) -> bool:
        """Whether what has the name that we want is ours. Raises PrivateLinkError when not, and we are to make ours."""
        if self.owns(tags):
            return True
        if not making:
            return False
        raise PrivateLinkError(
            where=where,
            found="one without our tags",
            allowed=f"a name that is free, or {kind} that is ours",
            remedy=f"{remedy}, or tag it with {LINK}",
        )

    def filters(self) -> list[dict[str, Any]]:
        """For EC2's Describe calls. They save pages; `owns` still decides."""
        return [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(self.tags().items())]


def wanted_tags(name: str | None, tags: Mapping[str, Any] | None) -> dict[str, str]:
    """The tags of the option as AWS stores them, with Name."""
    wanted = {str(key): "" if value is None else str(value) for key, value in (tags or {}).items()}
    if name is None:
        return wanted
    if wanted.setdefault(NAME, name) != name:
        raise PrivateLinkError(
            where=f"tags.{NAME}",
            found=wanted[NAME],
            allowed=name,
            remedy="drop the tag: it is set from the option name",
        )
    return wanted


def tag_changes(current: Mapping[str, str], wanted: Mapping[str, str], purge: bool) -> tuple[dict[str, str], list[str]]:
    """(tags to set, keys to unset). What AWS itself has set stays."""
    to_set = {key: value for key, value in sorted(wanted.items()) if current.get(key) != value}
    foreign = (key for key in current if key not in wanted and not key.startswith(RESERVED_PREFIX))
    return to_set, sorted(foreign) if purge else []


def tags_after(current: Mapping[str, str], wanted: Mapping[str, str], purge: bool) -> dict[str, str]:
    _to_set, to_unset = tag_changes(current, wanted, purge)
    return {**{key: value for key, value in current.items() if key not in to_unset}, **wanted}


def write_tags(api: Any, client: Any, of: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
    """What `tag_changes` came to, by the set_tags and unset_tags of a service's `api`; no call for nothing."""
    if to_set:
        api.set_tags(client, of, to_set)
    if to_unset:
        api.unset_tags(client, of, to_unset)


def refuse_two_in_use(what: str, users: Mapping[str, Iterable[str]]) -> None:
    """Of several things of one name all but one may go, when nothing uses them. `users` are what does, by id."""
    used = {one: sorted(by) for one, by in sorted(users.items()) if by}
    if len(used) > 1:
        told = (f"{one} ({', '.join([*by[:NAMED], *(['...'] if by[NAMED:] else [])])})" for one, by in used.items())
        raise PrivateLinkError(
            where=what,
            found=f"{len(used)} of them carry our tags and are in use: {', '.join(told)}",
            allowed="one",
            remedy=f"empty, or take {LINK} off, those that are not wanted",
        )


def why_spare(number: int) -> str:
    return f"one of {number} that carry our tags, and nothing uses it"


def the_only(matches: Iterable[T], *, what: str, ids: Iterable[str]) -> T | None:
    """The one match, or None. Two are an error: to take the first would be to guess."""
    found = tuple(matches)
    if len(found) > 1:
        raise PrivateLinkError(
            where=what,
            found=f"{len(found)} of them carry our tags: {', '.join(sorted(ids))}",
            allowed="one",
            remedy=f"delete, or take {LINK} off, those that are not wanted",
        )
    return found[0] if found else None
