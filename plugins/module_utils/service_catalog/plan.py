# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the catalogue that is there into the one that is wanted. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Catalogue, Desired


def plan(desired: Desired, current: Catalogue) -> Plan:
    """Puts only what differs. A parameter without our tags is never written over or deleted."""
    _refuse_foreign(desired, current)
    wanted, found = desired.parameters, current.parameters
    keep = not desired.purge and desired.present
    extra = () if keep else sorted(found.keys() - wanted.keys())
    changes = (
        *(_put(name, wanted[name], "create", "missing") for name in sorted(wanted.keys() - found.keys())),
        *(
            _put(name, wanted[name], "modify", "other value")
            for name in sorted(wanted)
            if _differs(name, desired, current)
        ),
        *(Change(verb="delete", target=name, why="no longer listed") for name in extra),
    )
    after = {name: text for name, text in {**found, **wanted}.items() if name not in extra}
    return Plan(
        before=current,
        after=Catalogue(parameters=after, foreign=current.foreign),
        changes=changes,
        unknown=desired.unknown,
    )


def _differs(name: str, desired: Desired, current: Catalogue) -> bool:
    return name in current.parameters and current.parameters[name] != desired.parameters[name]


def _put(name: str, text: str, verb: str, why: str) -> Change:
    return Change(verb=verb, target=name, why=why, values={"text": text})


def _refuse_foreign(desired: Desired, current: Catalogue) -> None:
    taken = sorted(current.foreign & desired.parameters.keys())
    if taken:
        raise PrivateLinkError(
            where=", ".join(taken),
            found="a parameter that does not carry this link's tags",
            allowed="names nobody else uses",
            remedy="remove it, or tag it as the link's",
        )
