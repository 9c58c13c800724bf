# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the catalogue that is there into the one that is wanted. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Catalogue, Desired


def plan(desired: Desired, current: Catalogue) -> Plan:
    """Puts only what differs, and the revision last. A parameter without our tags is never written over or deleted."""
    _refuse_foreign(desired, current)
    found = current.parameters
    wanted = desired.wanted(found)
    keep_all = not desired.purge and desired.present
    extra = () if keep_all else sorted(name for name in found if name not in wanted and not _stays(name, desired))
    changes = (
        *(_put(name, wanted[name], "create", "missing") for name in sorted(wanted.keys() - found.keys())),
        *(
            _put(name, wanted[name], "modify", "other value")
            for name in sorted(wanted)
            if found.get(name, wanted[name]) != wanted[name]
        ),
        *(Change(verb="delete", target=name, why="no longer listed") for name in extra),
    )
    after = {name: text for name, text in {**found, **wanted}.items() if name not in extra}
    told = tuple(_tell(desired, after, bool(changes)))
    return Plan(
        before=current,
        after=Catalogue(
            parameters={**after, **{change.target: change.values["text"] for change in told}}, foreign=current.foreign
        ),
        changes=changes + told,
        unknown=desired.unknown,
    )


def _stays(name: str, desired: Desired) -> bool:
    return desired.present and (name == desired.revision or desired.keeps(name))


def _tell(desired: Desired, after: Mapping[str, str], has_changes: bool) -> Iterator[Change]:
    """A run killed before this is told by the next one: the revision is not that of its content."""
    if desired.revision is None or (desired.trust is not None and not has_changes):
        return
    before = after.get(desired.revision)
    text = desired.following(after, before, has_changes)
    if desired.present and text != before:
        yield _put(desired.revision, text, "modify" if before else "create", "the catalogue changed")


def _put(name: str, text: str, verb: str, why: str) -> Change:
    return Change(verb=verb, target=name, why=why, values={"text": text})


def _refuse_foreign(desired: Desired, current: Catalogue) -> None:
    wanted = {*desired.parameters, *([desired.revision] if desired.present and desired.revision else [])}
    wanted |= {desired.link_parameter} if desired.trust is not None else set()
    taken = sorted(current.foreign & wanted)
    if taken:
        raise PrivateLinkError(
            where=", ".join(taken),
            found="a parameter that does not carry this link's tags",
            allowed="names nobody else uses",
            remedy="remove it, or tag it as the link's",
        )
