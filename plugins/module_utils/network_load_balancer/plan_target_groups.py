# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The part of the plan that concerns one target group. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    Target,
    TargetGroup,
    WantedTargetGroup,
)

FOR_EVER = ("target_type", "port", "protocol")


def after(wanted: WantedTargetGroup, before: TargetGroup | None, purge_tags: bool) -> TargetGroup:
    """Raises PrivateLinkError when AWS cannot turn the one into the other."""
    if before is None:
        return TargetGroup(
            name=wanted.name,
            target_type=wanted.target_type,
            port=wanted.port,
            protocol=wanted.protocol,
            health_check=wanted.health_check,
            attributes=wanted.attributes,
            targets=wanted.targets or (),
            tags=wanted.tags,
            auto_scaling_groups=_groups_after(wanted, None),
        )
    for option in FOR_EVER:
        if getattr(before, option) != getattr(wanted, option):
            raise PrivateLinkError(
                where=f"{wanted.what}: {option}",
                found=str(getattr(before, option)),
                allowed="what it was made with",
                remedy=f"give the one with {option} {getattr(wanted, option)} another name",
            )
    stay = [one for one in before.targets if not _is_surplus(wanted, one)]
    return replace(
        before,
        health_check={**before.health_check, **wanted.health_check} if _checks(wanted, before) else before.health_check,
        attributes={**before.attributes, **wanted.attributes},
        targets=tuple(sorted([*stay, *new_targets(wanted, before)])),
        tags=tags_after(before.tags, wanted.tags, purge_tags),
        auto_scaling_groups=_groups_after(wanted, before),
    )


def _groups_after(wanted: WantedTargetGroup, before: TargetGroup | None) -> tuple[str, ...] | None:
    """One that is not told leaves those there alone."""
    if wanted.auto_scaling_group:
        return (wanted.auto_scaling_group,)
    return before.auto_scaling_groups if before else None


def grow(wanted: WantedTargetGroup, before: TargetGroup | None) -> Iterator[Change]:
    """Makes, changes and adds."""
    if before is None:
        yield _change(wanted, "create_target_group", "there is none with this name", new=wanted)
    elif changed := _checks(wanted, before):
        said = ", ".join(f"{key} is {before.health_check.get(key)}, wanted {value}" for key, value in changed.items())
        yield _change(wanted, "set_health_check", f"health_check: {said}", check=changed)
    found = before.attributes if before else {}
    attributes = {key: value for key, value in sorted(wanted.attributes.items()) if found.get(key) != value}
    if attributes:
        said = ", ".join(f"{key} wanted {value}" for key, value in attributes.items())
        yield _change(wanted, "set_attributes", f"attributes: {said}", attributes=attributes)
    if new := new_targets(wanted, before):
        yield _change(wanted, "register", f"targets: {_list(new)} wanted", targets=new)
    name = wanted.auto_scaling_group
    if name and name not in ((before.auto_scaling_groups if before else None) or ()):
        why = f"auto_scaling_group: {name} wanted"
        yield _change(wanted, "attach_auto_scaling_group", why, auto_scaling_group=name)


def trim(wanted: WantedTargetGroup, before: TargetGroup | None) -> Iterator[Change]:
    """Removes. Apart, so that the new targets are there before the old ones go."""
    if wanted.auto_scaling_group and before:
        yield from detach(before, keep=wanted.auto_scaling_group, why=f"{wanted.auto_scaling_group} wanted")
    if old := tuple(one for one in (before.targets if before else ()) if _is_surplus(wanted, one)):
        yield _change(wanted, "deregister", f"targets: {_list(old)} not wanted", targets=old)


def detach(group: TargetGroup, *, why: str, keep: str | None = None) -> Iterator[Change]:
    """First, or a deleted target group stays in the list of an Auto Scaling group, which cannot use it any more."""
    for name in group.auto_scaling_groups or ():
        if name != keep:
            values = {"group": group.name, "auto_scaling_group": name}
            target = f"target group {group.name}"
            yield Change(
                verb="detach_auto_scaling_group", target=target, why=f"auto_scaling_group: {why}", values=values
            )


def _checks(wanted: WantedTargetGroup, before: TargetGroup) -> dict[str, object]:
    checks = sorted(wanted.health_check.items())
    return {key: value for key, value in checks if str(before.health_check.get(key)) != str(value)}


def new_targets(wanted: WantedTargetGroup, before: TargetGroup | None) -> tuple[Target, ...]:
    """Those to be registered."""
    found = before.targets if before else ()
    return tuple(one for one in wanted.targets or () if not any(one.same(other) for other in found))


def _is_surplus(wanted: WantedTargetGroup, found: Target) -> bool:
    if wanted.targets is None or not wanted.purge_targets:
        return False
    return not any(found.same(one) for one in wanted.targets)


def _change(wanted: WantedTargetGroup, verb: str, why: str, **values: object) -> Change:
    group = {} if verb == "create_target_group" else {"group": wanted.name}
    return Change(verb=verb, target=wanted.what, why=why, values={**group, **values})


def _list(targets: Iterable[Target]) -> str:
    return ", ".join(f"{one.id or '(not known yet)'}:{one.port}" for one in targets)
