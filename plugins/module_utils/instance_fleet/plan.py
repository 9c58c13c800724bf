# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the fleet there is to the one wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import Fleet, Group, Template


def plan(
    desired: Fleet,
    current: Fleet,
    *,
    purge_tags: bool,
    refresh: bool,
    purge_target_groups: bool = True,
    unknown: tuple[str, ...] = (),
) -> Plan:
    """The template before the group that launches from it; last of all, running instances are replaced."""
    if not purge_target_groups:
        desired = _keeping_target_groups(desired, current)
    template = list(_template(desired.name, desired.template, current.template, purge_tags))
    group = list(_group(desired.name, desired.group, current.group, purge_tags))
    changes = [*template, *group]
    if refresh and current.group and (current.group.outdated or _renews(template)):
        changes.append(_change("refresh", desired.name, "instances of an older template"))
    return Plan(before=current, after=_after(desired, current, purge_tags), changes=tuple(changes), unknown=unknown)


def _keeping_target_groups(desired: Fleet, current: Fleet) -> Fleet:
    if desired.group is None or current.group is None:
        return desired
    wanted = desired.group.target_group_arns
    others = tuple(arn for arn in current.group.target_group_arns if arn not in wanted)
    return replace(desired, group=replace(desired.group, target_group_arns=(*wanted, *others)))


def _renews(changes: list[Change]) -> bool:
    return any(change.verb == "create_version" for change in changes)


def plan_absent(current: Fleet) -> Plan:
    changes = []
    if current.group:
        changes.append(_change("delete_group", current.name, "not wanted"))
    if current.template:
        changes.append(_change("delete_template", current.name, "not wanted"))
    return Plan(before=current, after=Fleet(name=current.name), changes=tuple(changes))


def _change(verb: str, name: str, why: str, **values: object) -> Change:
    thing = "launch template" if verb.endswith(("template", "version")) else "Auto Scaling group"
    return Change(verb=verb, target=f"{thing} {name}", why=why, values=values)


def _after(desired: Fleet, current: Fleet, purge_tags: bool) -> Fleet:
    template, group = desired.template, desired.group
    if template and current.template:
        tags = tags_after(current.template.tags, template.tags, purge_tags)
        template = replace(template, id=current.template.id, version=current.template.version, tags=tags)
    if group and current.group:
        tags = tags_after(current.group.tags, group.tags, purge_tags)
        group = replace(group, tags=tags, instance_ids=current.group.instance_ids)
    return Fleet(name=desired.name, template=template, group=group)


def _template(name: str, wanted: Template, found: Template | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create_template", name, "absent", template=wanted)
        return
    if wanted.content != found.content:
        keys = [key for key, value in wanted.as_diff().items() if key != "tags" and found.as_diff()[key] != value]
        yield _change("create_version", name, f"{', '.join(keys)} differ", template=wanted)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield _change("tag_template", name, why, id=found.id, to_set=to_set, to_unset=to_unset)


def _group(name: str, wanted: Group, found: Group | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create_group", name, "absent", group=wanted)
        return
    if wanted.size != found.size:
        keys = [key for key in ("min_size", "max_size", "subnet_ids", "grace_period") if _differ(key, wanted, found)]
        yield _change("update_group", name, f"{', '.join(keys)} differ", group=wanted)
    attach = tuple(arn for arn in wanted.target_group_arns if arn not in found.target_group_arns)
    detach = tuple(arn for arn in found.target_group_arns if arn not in wanted.target_group_arns)
    if attach:
        yield _change("attach", name, "target groups not attached", arns=attach)
    if detach:
        yield _change("detach", name, "target groups not wanted", arns=detach)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        yield _change("tag", name, f"tags {', '.join([*to_set, *to_unset])}", to_set=to_set, to_unset=to_unset)


def _differ(key: str, wanted: Group, found: Group) -> bool:
    return getattr(wanted, key) != getattr(found, key)
