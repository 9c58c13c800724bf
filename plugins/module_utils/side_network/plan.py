# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the network there is to the one wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import (
    refuse_two_in_use,
    tag_changes,
    tags_after,
    why_spare,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.model import KINDS, Network, Part

# AWS offers no way to change these in place.
FIXED = {
    "vpc": ("cidr",),
    "subnet": ("az_id", "cidr"),
    "nat_gateway": ("address", "subnet"),
}


def plan(desired: Network, current: Network, *, purge_tags: bool) -> Plan:
    """Makes and mends all that is wanted before it takes anything away. An empty `desired` is a tear-down.

    Of several parts of ours that go by one name, one stays; AWS makes such twins of a creation that was sent again.
    """
    for part in desired.parts:
        twins = current.named(part.kind, part.name)
        refuse_two_in_use(f"{part.kind} {part.name}", {str(twin.id): twin.used_by for twin in twins})
    after = [_after(part, current.find(part.kind, part.name), purge_tags) for part in desired.parts]
    made = (change for part in desired.parts for change in _towards(part, current, purge_tags))
    gone = (
        _delete(part, current, wanted=desired.find(kind, part.name) is not None)
        for kind in reversed(KINDS)
        for part in current.of_kind(kind)
        if desired.find(kind, part.name) is None or part is not current.find(kind, part.name)
    )
    return Plan(before=current, after=Network.of(after), changes=(*made, *gone))


def _delete(part: Part, current: Network, *, wanted: bool) -> Change:
    twins = len(current.named(part.kind, part.name))
    return Change(
        verb=f"delete_{part.kind}",
        target=f"{part.kind} {part.name}" + (f" ({part.id})" if twins > 1 else ""),
        why=why_spare(twins) if wanted else "not wanted",
        values={"part": part},
    )


def _after(part: Part, found: Part | None, purge_tags: bool) -> Part:
    if found is None:
        return part
    return replace(part, id=found.id, state=found.state, tags=tags_after(found.tags, part.tags, purge_tags))


def _towards(part: Part, current: Network, purge_tags: bool) -> Iterator[Change]:
    target = f"{part.kind} {part.name}"
    found = current.find(part.kind, part.name)
    if found is None:
        yield Change(verb=f"create_{part.kind}", target=target, why="absent", values={"part": part})
        return
    differing = {key: value for key, value in part.settings.items() if found.settings.get(key) != value}
    for key in FIXED.get(part.kind, ()):
        if key in differing:
            raise PrivateLinkError(
                where=f"{target}: {key}",
                found=str(found.settings.get(key)),
                allowed=str(part.settings[key]),
                remedy="AWS cannot change it in place: give the link another name, or tear it down first",
            )
    if differing:
        why = ", ".join(f"{key} is {found.settings.get(key)}" for key in sorted(differing))
        values = {"part": replace(part, id=found.id), "found": found, "differing": tuple(sorted(differing))}
        yield Change(verb=f"update_{part.kind}", target=target, why=why, values=values)
    to_set, to_unset = tag_changes(found.tags, part.tags, purge_tags)
    if to_set or to_unset:
        values = {"id": found.id, "set": to_set, "unset": to_unset}
        yield Change(verb="tag", target=target, why=f"tags {', '.join([*to_set, *to_unset])}", values=values)
