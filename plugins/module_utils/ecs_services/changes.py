# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The changes a plan is made of. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m


def change(verb: str, place: m.Slot, resource: m.Resource, why: str, **values: Any) -> Change:
    target = f"{m.slot_words(place)} {resource.name}"
    return Change(verb=verb, target=target, why=why, values={"slot": place, "resource": resource, **values})


def differing(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What is not as wanted; what is wanted to be None is AWS's to choose."""
    return sorted(key for key in wanted if wanted[key] is not None and wanted[key] != found.get(key))


def settings(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    keys = differing(wanted.settings, found.settings)
    if not keys:
        return []
    return [change("modify", place, wanted, f"other {', '.join(keys)}", keys=tuple(keys), arn=found.arn)]


def tags(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    """Nothing where AWS has not told the tags."""
    if found.tags is None or wanted.tags is None:
        return []
    to_set, _to_unset = tag_changes(found.tags, wanted.tags, purge=False)
    if not to_set:
        return []
    return [change("tag", place, wanted, f"other {', '.join(to_set)}", tags=to_set, arn=found.arn)]
