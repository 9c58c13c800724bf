# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the load balancers there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    Listener,
    LoadBalancer,
    Shards,
)


def plan(
    desired: Shards,
    current: Shards,
    *,
    purge_tags: bool,
    spare: Collection[str] = (),
    unknown: tuple[str, ...] = (),
) -> Plan:
    """`spare` are the names of those that go; others of the side that are not wanted stay."""
    after = [_after(one, current.find(one.name), purge_tags) for one in desired.load_balancers]
    changes = [change for one in desired.load_balancers for change in _towards(one, current.find(one.name), purge_tags)]
    going = [one for one in current.load_balancers if one.name in spare]
    changes += [_change("delete", one, "no service is on it", arn=one.arn, if_empty=True) for one in going]
    before = Shards(
        load_balancers=tuple(one for one in current.load_balancers if one in going or desired.find(one.name))
    )
    return Plan(before=before, after=Shards(load_balancers=tuple(after)), changes=tuple(changes), unknown=unknown)


def plan_absent(current: Shards) -> Plan:
    changes = [_change("delete", one, "not wanted", arn=one.arn) for one in current.load_balancers]
    return Plan(before=current, after=Shards(), changes=tuple(changes))


def _change(verb: str, one: LoadBalancer, why: str, **values: Any) -> Change:
    target = f"load balancer {one.name}"
    return Change(verb=verb, target=target, why=why, values={"name": one.name, **values})


def _after(wanted: LoadBalancer, found: LoadBalancer | None, purge_tags: bool) -> LoadBalancer:
    if found is None:
        return wanted
    listener = wanted.listener
    if listener and found.listener:
        listener = replace(listener, arn=found.listener.arn, rule_arn=found.listener.rule_arn)
    tags = tags_after(found.tags, wanted.tags, purge_tags)
    return replace(wanted, arn=found.arn, state=found.state, tags=tags, listener=listener)


def _towards(wanted: LoadBalancer, found: LoadBalancer | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create", wanted, "absent", load_balancer=wanted)
        yield _change("set_attributes", wanted, "new", attributes=wanted.attributes)
        yield from _listener(wanted, None)
        return
    if found.subnet_ids != wanted.subnet_ids:
        why = f"subnets are {_list(found.subnet_ids)}"
        yield _change("set_subnets", wanted, why, subnet_ids=wanted.subnet_ids)
    if found.security_group_ids != wanted.security_group_ids:
        why = f"security groups are {_list(found.security_group_ids)}"
        yield _change("set_security_groups", wanted, why, group_ids=wanted.security_group_ids)
    differing = {key: value for key, value in wanted.attributes.items() if found.attributes.get(key) != value}
    if differing:
        yield _change("set_attributes", wanted, f"{', '.join(sorted(differing))} differ", attributes=differing)
    yield from _listener(wanted, found.listener)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield _change("tag", wanted, why, to_set=to_set, to_unset=to_unset)


def _listener(one: LoadBalancer, found: Listener | None) -> Iterator[Change]:
    wanted = one.listener
    if wanted is None:
        return
    if found is None:
        yield _change("create_listener", one, "no HTTPS listener", listener=wanted, tags=one.tags)
    elif found.settings != wanted.settings:
        keys = [key for key, value in wanted.as_diff().items() if found.as_diff()[key] != value]
        yield _change("modify_listener", one, f"{', '.join(keys)} differ", listener=wanted)
    if found is None or found.rule_arn is None:
        yield _change("create_rule", one, "no health rule", path=wanted.health_path, tags=one.tags)
    elif found.health_path != wanted.health_path:
        why = f"health rule answers {found.health_path or 'something else'}"
        yield _change("modify_rule", one, why, arn=found.rule_arn, path=wanted.health_path)


def _list(ids: Sequence[str | None]) -> str:
    return ", ".join(str(one) for one in ids) or "none"
