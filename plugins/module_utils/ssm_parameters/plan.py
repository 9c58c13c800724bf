# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the parameters there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.ssm_parameters.model import Parameter, Parameters


def plan(desired: Parameters, current: Parameters, *, purge_tags: bool) -> Plan:
    pairs = [(wanted, current.find(wanted.name)) for wanted in desired.parameters]
    changes = [change for wanted, found in pairs for change in _towards(wanted, found, purge_tags)]
    after = tuple(_after(wanted, found, purge_tags) for wanted, found in pairs)
    return Plan(before=current, after=Parameters(parameters=after), changes=tuple(changes))


def plan_absent(current: Parameters) -> Plan:
    changes = tuple(_change("delete", one.name, "not wanted") for one in current.parameters)
    return Plan(before=current, after=Parameters(), changes=changes)


def _towards(wanted: Parameter, found: Parameter | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create", wanted.name, "absent", parameter=wanted)
        return
    _refuse_another_kind(wanted, found)
    if wanted.value != found.value:
        yield _change("write", wanted.name, "another value", parameter=wanted)
    to_set, to_unset = tag_changes(found.tags, wanted.tags, purge_tags)
    if to_set or to_unset:
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield _change("tag", wanted.name, why, to_set=to_set, to_unset=to_unset)


def _refuse_another_kind(wanted: Parameter, found: Parameter) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, HierarchyTypeMismatch."""
    if wanted.kind != found.kind:
        raise PrivateLinkError(
            where=f"parameter {found.name}",
            found=f"a {found.kind}",
            allowed=f"a {wanted.kind}, for AWS never changes one into the other",
            remedy="delete it first",
        )


def _after(wanted: Parameter, found: Parameter | None, purge_tags: bool) -> Parameter:
    """The version of a value that is still to be written is not known."""
    if found is None:
        return wanted
    version = found.version if wanted.value == found.value else None
    return replace(wanted, version=version, tags=tags_after(found.tags, wanted.tags, purge_tags))


def _change(verb: str, name: str, why: str, **values: object) -> Change:
    return Change(verb=verb, target=f"parameter {name}", why=why, values={"name": name, **values})
