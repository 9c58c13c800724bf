# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the fleet there is to the one wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import Fleet, Group, Template
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import Policies


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
    desired = _keeping_what_nobody_asks_for(desired, current)
    template = list(_template(desired.name, desired.template, current.template, purge_tags))
    group = list(_group(desired.name, desired.group, current.group, purge_tags))
    version = _latest(current.template) + any(change.verb.startswith("create") for change in template)
    replace_all = _replacing if refresh else _keeping_instances
    changes = (
        *_by_number(desired.name, current),
        *template,
        *group,
        *replace_all(desired.name, current.group, version),
    )
    after = _after(desired, current, purge_tags, version, refresh)
    return Plan(before=current, after=after, changes=changes, unknown=unknown)


def _latest(found: Template | None) -> int:
    return found.version if found else 0


def _by_number(name: str, current: Fleet) -> Iterator[Change]:
    """A refresh can be rolled back only to a version by its number.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
    """
    if current.group and current.template and not current.group.version.isdigit():
        yield _change("pin", name, f"its version of the launch template is {current.group.version or 'of another one'}")


def _replacing(name: str, found: Group | None, version: int) -> Iterator[Change]:
    """Of refreshes under way, the one that leads to this version is left to go on."""
    if found is None or (found.refresh and found.refresh.leads_to(version)):
        return
    if found.outdated or (found.version.isdigit() and found.version != str(version)):
        if found.refresh and found.refresh.goes_forward:
            yield _change("cancel_refresh", name, f"it leads to version {found.refresh.version} of the launch template")
        yield _change("refresh", name, "instances of an older template")


def _keeping_instances(name: str, found: Group | None, version: int) -> Iterator[Change]:
    if found and found.version.isdigit() and found.version != str(version):
        yield _change("pin", name, "new instances of an older template")


def _keeping_what_nobody_asks_for(desired: Fleet, current: Fleet) -> Fleet:
    """A hook, or scaling policies, that are there without a word in our options."""
    wanted, found = desired.group, current.group
    if wanted is None or found is None:
        return desired
    drain = found.drain_timeout if wanted.drain_timeout is None else wanted.drain_timeout
    policies = found.policies if wanted.policies is None else wanted.policies
    return replace(desired, group=replace(wanted, drain_timeout=drain, policies=policies))


def _keeping_target_groups(desired: Fleet, current: Fleet) -> Fleet:
    if desired.group is None or current.group is None:
        return desired
    wanted = desired.group.target_group_arns
    others = tuple(arn for arn in current.group.target_group_arns if arn not in wanted)
    return replace(desired, group=replace(desired.group, target_group_arns=(*wanted, *others)))


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


def _after(desired: Fleet, current: Fleet, purge_tags: bool, version: int, refresh: bool) -> Fleet:
    template, group = desired.template, desired.group
    if template and current.template:
        tags = tags_after(current.template.tags, template.tags, purge_tags)
        template = replace(template, id=current.template.id, version=version, tags=tags)
    if group:
        group = replace(group, version=str(version))
    if group and current.group:
        tags = tags_after(current.group.tags, group.tags, purge_tags)
        found = current.group
        kept = not refresh and (found.outdated or found.version != str(version))
        group = replace(group, tags=tags, instance_ids=found.instance_ids, outdated=kept)
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
        yield from _policies(name, wanted.policies, None)
        return
    if wanted.size != found.size:
        keys = [key for key in ("min_size", "max_size", "subnet_ids", "grace_period") if _differ(key, wanted, found)]
        yield _change("update_group", name, f"{', '.join(keys)} differ", group=wanted)
    if wanted.drain_timeout != found.drain_timeout:
        yield _change("put_hook", name, "drain_timeout differs", timeout=wanted.drain_timeout)
    yield from _policies(name, wanted.policies, found.policies)
    attach = tuple(arn for arn in wanted.target_group_arns if arn not in found.target_group_arns)
    detach = tuple(arn for arn in found.target_group_arns if arn not in wanted.target_group_arns)
    if attach:
        yield _change("attach", name, "target groups not attached", arns=attach)
    if detach:
        yield _change("detach", name, "target groups not wanted", arns=detach)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        yield _change("tag", name, f"tags {', '.join([*to_set, *to_unset])}", to_set=to_set, to_unset=to_unset)


def _policies(name: str, wanted: Policies | None, found: Policies | None) -> Iterator[Change]:
    if wanted is None:
        return
    found = found or Policies()
    for policy in wanted.missing(found):
        why = "differs" if policy.name in found.by_name else "absent"
        yield _change("put_policy", name, f"scaling policy {policy.name} {why}", policy=policy)
    for policy_name in wanted.surplus(found):
        yield _change("delete_policy", name, f"scaling policy {policy_name} not wanted", policy_name=policy_name)


def _differ(key: str, wanted: Group, found: Group) -> bool:
    return getattr(wanted, key) != getattr(found, key)
