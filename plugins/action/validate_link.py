# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks the whole inventory of the links in play before the first AWS write; runs on the controller."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.template import Templar
from ansible_collections.twoway.privatelink.plugins.module_utils.link.existing import VARIABLE as EXISTING_NETWORK
from ansible_collections.twoway.privatelink.plugins.module_utils.link.link import check_link
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    InvalidInventoryError,
    Mistake,
    nearest,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts, trust_comes_first
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import VARIABLE as PUBLISHED
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import (
    LIKELY_SLIP,
    PUBLIC_CERTIFICATE,
    PUBLIC_DOOR,
    CheckedSide,
    Side,
    check_side,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.variables import ALL_VARIABLES, AWS_CONNECTION
from ansible_collections.twoway.privatelink.plugins.plugin_utils import before_forks, in_process
from ansible_collections.twoway.privatelink.plugins.plugin_utils.certificates import check_certificates

PREFLIGHT = "link_preflight"
READ = {*ALL_VARIABLES, PUBLIC_DOOR, PUBLIC_CERTIFICATE}
OF_OTHERS = (EXISTING_NETWORK, PUBLISHED)
# A preflight answers soon or not at all: botocore alone would try an address that refuses for half a minute.
IMPATIENT = {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 2}}


class ActionModule(in_process.Action):
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validated, arguments = self.validate_argument_spec({"preflight": {"type": "bool", "default": True}})
        links = links_in_play(variables, self._templar)
        in_play = [host for host in variables.get("ansible_play_hosts_all", ()) if arguments["preflight"]]
        facts = {
            side.host: self._preflight(side, variables)
            for sides in links.values()
            for side in sides
            if side.host in in_play and isinstance(side.given.get("aws_connection"), Mapping)
        }
        mistakes = [mistake for name, sides in links.items() for mistake in mistakes_of(name, sides, facts)]
        result.update(changed=False, mistakes=[mistake.line for mistake in mistakes], **_tell(facts))
        result["trust_first"] = [
            side.host
            for sides in links.values()
            for side in sides
            if side.host in facts and trust_comes_first(facts[side.host], side.given.get("service_ca_pem"))
        ]
        if mistakes:
            result.update(failed=True, msg=InvalidInventoryError(mistakes).message)
        return result

    def _preflight(self, side: Side, variables: dict[str, Any]) -> Facts:
        """Asks AWS with the side's own connection. What the schema refuses is left out: it has been told already."""
        connection = {key: value for key, value in side.given["aws_connection"].items() if key in AWS_CONNECTION.fields}
        connection.setdefault("region", side.given.get("region"))
        arguments = {"aws_config": IMPATIENT, **connection, "gather": True, **_of_link(side)}
        return Facts.from_result(self.run_module(f"{before_forks.COLLECTION}.{PREFLIGHT}", arguments, variables))


def _of_link(side: Side) -> dict[str, Any]:
    """What the preflight is to look for; nothing that the inventory does not say rightly."""
    checked = check_side(side)
    has_catalogue = checked.values.get("side") == "public" and checked.values.get("link")
    return {**_of_side(checked), **({"catalog_of": checked.values["link"]} if has_catalogue else {})}


def _of_side(checked: CheckedSide) -> dict[str, Any]:
    """The side's own, and what of other teams' it uses."""
    who = {name: checked.values.get(name) for name in ("link", "side")}
    zones = checked.values.get("az_ids")
    if not all(who.values()):
        return {}
    if not zones or None in zones:
        return who
    wrong = [name for name in OF_OTHERS if any(f" {name}" in mistake.where for mistake in checked.mistakes)]
    wanted = {name: checked.values[name] for name in OF_OTHERS if name not in wrong and checked.values.get(name)}
    return {**who, "az_ids": zones, **wanted}


def mistakes_of(name: str, sides: Iterable[Side], facts: Mapping[str, Facts]) -> list[Mistake]:
    now = datetime.datetime.now(datetime.UTC)
    sides = tuple(sides)
    certificates = [mistake for side in sides for mistake in check_certificates(check_side(side), now)]
    return [*check_link(name, sides, facts), *certificates]


def links_in_play(variables: Mapping[str, Any], templar: Templar) -> dict[str, list[Side]]:
    """The sides of each link in play, hosts outside of the play included: a link is checked whole.

    A host that does not say its link belongs to the link that is its group.
    """
    everybody = variables["hostvars"]
    sides = {}
    for host in sorted(everybody):
        raw = everybody.raw_get(host)
        sides[host] = read_side(host, raw, templar.copy_with_new_env(available_variables=raw))
    names = {host: _link_of(side, everybody[host]) for host, side in sides.items()}
    wanted = sorted({names[host] for host in variables.get("ansible_play_hosts_all", ())})
    return {name: [sides[host] for host, link in names.items() if link == name] for name in wanted}


def _link_of(side: Side, host_variables: Mapping[str, Any]) -> str:
    link = side.given.get("link")
    groups = [group for group in host_variables.get("group_names", ()) if group != "links"]
    return str(link or next(iter(groups), side.host))


def read_side(host: str, raw: Mapping[str, Any], templar: Templar) -> Side:
    """The link's variables of a host, and those that look like slips of the pen, each templated by itself."""
    given: dict[str, Any] = {}
    unreadable: dict[str, dict[str, str]] = {}
    for name, value in raw.items():
        if name in READ or nearest(name, ALL_VARIABLES, LIKELY_SLIP):
            try:
                given[name] = templar.template(value)
            except AnsibleError as error:
                unreadable[name] = dict(failing_templates(value, name, templar)) or {name: str(error)}
    return Side(host=host, given=given, unreadable=unreadable)


def failing_templates(value: Any, path: str, templar: Templar) -> Iterator[tuple[str, str]]:
    """Where inside a value templating fails, and why."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from failing_templates(inner, f"{path}.{key}", templar)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from failing_templates(inner, f"{path}[{index}]", templar)
    else:
        try:
            templar.template(value)
        except AnsibleError as error:
            yield path, str(error)


def _tell(facts: Mapping[str, Facts]) -> dict[str, Any]:
    return {
        "azs": {host: dict(fact.azs) for host, fact in facts.items()},
        "account_ids": {host: fact.account_id for host, fact in facts.items()},
    }


before_forks.load(PREFLIGHT)
