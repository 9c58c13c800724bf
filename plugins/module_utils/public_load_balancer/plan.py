# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the public door there is to the one wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer.model import (
    PROTECTION,
    PublicDoor,
)


def plan(desired: PublicDoor, current: PublicDoor, *, purge_tags: bool, unknown: tuple[str, ...] = ()) -> Plan:
    """The target group before the load balancer, and that before its listeners. The firewall is last but not left out:
    whoever comes meanwhile finds no listener."""
    changes = (
        *_target_group(desired, current),
        *_load_balancer(desired, current, purge_tags),
        *_web_acl(desired, current),
        *_listeners(desired, current),
    )
    tags = tags_after(current.tags, desired.tags, purge_tags) if current.arn else desired.tags
    known = replace(
        desired, arn=current.arn, target_group_arn=current.target_group_arn, dns_name=current.dns_name, tags=tags
    )
    return Plan(before=current if current.arn else None, after=known, changes=changes, unknown=unknown)


def plan_absent(current: PublicDoor) -> Plan:
    """Who takes it down by our own playbook means it: its protection is against everybody else."""
    changes = []
    if current.arn:
        if current.attributes.get(PROTECTION) == "true":
            changes.append(_change("set_attributes", current.name, "protected", attributes={PROTECTION: "false"}))
        changes.append(_change("delete", current.name, "not wanted"))
    if current.target_group_arn:
        changes.append(_change("delete_target_group", current.name, "not wanted"))
    return Plan(before=current if current.arn else None, after=None, changes=tuple(changes))


def _change(verb: str, name: str, why: str, **values: object) -> Change:
    thing = "target group" if verb.endswith("target_group") else "load balancer"
    return Change(verb=verb, target=f"{thing} {name}", why=why, values=values)


def _target_group(desired: PublicDoor, current: PublicDoor) -> Iterator[Change]:
    if current.target_group_arn is None:
        yield _change("create_target_group", desired.name, "absent", tags=desired.tags)


def _load_balancer(desired: PublicDoor, current: PublicDoor, purge_tags: bool) -> Iterator[Change]:
    name = desired.name
    if current.arn is None:
        yield _change("create", name, "absent", door=desired)
        yield _change("set_attributes", name, "absent", attributes=desired.attributes)
        return
    wrong = {key: value for key, value in desired.attributes.items() if current.attributes.get(key) != value}
    if wrong:
        yield _change("set_attributes", name, f"{', '.join(sorted(wrong))} differ", attributes=wrong)
    if desired.subnet_ids != current.subnet_ids:
        yield _change("set_subnets", name, "subnet_ids differ", subnet_ids=desired.subnet_ids)
    if desired.security_group_ids != current.security_group_ids:
        yield _change("set_security_groups", name, "security_group_ids differ", group_ids=desired.security_group_ids)
    to_set, to_unset = tag_changes(current.tags, desired.tags, purge_tags)
    if to_set or to_unset:
        yield _change("tag", name, f"tags {', '.join([*to_set, *to_unset])}", to_set=to_set, to_unset=to_unset)


def _web_acl(desired: PublicDoor, current: PublicDoor) -> Iterator[Change]:
    if desired.web_acl_arn == current.web_acl_arn:
        return
    if desired.web_acl_arn:
        yield _change("set_web_acl", desired.name, "web_acl_arn differs", web_acl_arn=desired.web_acl_arn)
    else:
        yield _change("unset_web_acl", desired.name, "web_acl_arn not wanted")


def _listeners(desired: PublicDoor, current: PublicDoor) -> Iterator[Change]:
    for port, wanted in desired.listeners.items():
        found = current.listeners.get(port)
        if found is None:
            yield _change("create_listener", desired.name, f"no listener at {port}", port=port, listener=wanted)
        elif found.settings != wanted.settings:
            why = f"the listener at {port} differs"
            yield _change("modify_listener", desired.name, why, port=port, listener=wanted, arn=found.arn)
