# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the alarms there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.metric_alarms.model import Alarm, Alarms


def plan(desired: Alarms, current: Alarms, *, purge_tags: bool) -> Plan:
    changes = [change for alarm in desired.alarms for change in _towards(alarm, current.find(alarm.name), purge_tags)]
    after = tuple(_after(alarm, current.find(alarm.name), purge_tags) for alarm in desired.alarms)
    return Plan(before=current, after=Alarms(alarms=after), changes=tuple(changes))


def plan_absent(current: Alarms) -> Plan:
    changes = tuple(_change("delete", alarm.name, "not wanted", name=alarm.name) for alarm in current.alarms)
    return Plan(before=current, after=Alarms(), changes=changes)


def _towards(wanted: Alarm, found: Alarm | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create", wanted.name, "absent", alarm=wanted)
        return
    keys = sorted(
        key
        for key in wanted.settings.keys() | found.settings.keys()
        if wanted.settings.get(key) != found.settings.get(key)
    )
    if keys:
        yield _change("change", wanted.name, f"{', '.join(keys)} differ", alarm=wanted)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield _change("tag", wanted.name, why, arn=found.arn, to_set=to_set, to_unset=to_unset)


def _after(wanted: Alarm, found: Alarm | None, purge_tags: bool) -> Alarm:
    return replace(wanted, arn=found.arn, tags=tags_after(found.tags, wanted.tags, purge_tags)) if found else wanted


def _change(verb: str, which: str, why: str, **values: object) -> Change:
    return Change(verb=verb, target=f"alarm {which}", why=why, values=values)
