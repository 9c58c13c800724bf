# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services and external APIs as the roles and modules use them: complete and checked. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import quotas
from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import Checked, check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import EXTERNAL_API, SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import ListOf
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    InvalidInventoryError,
    Mistake,
    nearest,
)

SERVICES = ListOf(description="The services.", item=SERVICE)
EXTERNAL_APIS = ListOf(description="The external APIs.", item=EXTERNAL_API)
RESERVED_PATHS = {"/_link": "load balancer", "/catalog": "service proxy"}  # who answers there itself


def service_catalog(services: Any, link_domain: str) -> list[dict[str, Any]]:
    """Every entry complete; raises InvalidInventoryError with all mistakes."""
    return _or_raise(check_services(services, link_domain))


def allow_list(external_apis: Any) -> list[dict[str, Any]]:
    """What the reverse proxy lets through; raises InvalidInventoryError with all mistakes."""
    return _or_raise(check_external_apis(external_apis))


def _or_raise(checked: Checked) -> Any:
    if checked.mistakes:
        raise InvalidInventoryError(checked.mistakes)
    return checked.value


def shard_count(services: Sequence[Mapping[str, Any]]) -> int:
    """How many load balancers hold these services; at least one, so that the link stands before its first service."""
    groups = sum(2 if service.get("canary") else 1 for service in services)
    rules = quotas.RULES_PER_LOAD_BALANCER - 1  # one is the health rule
    return max(1, -(-groups // quotas.TARGET_GROUPS_PER_LOAD_BALANCER), -(-len(services) // rules))


def check_services(services: Any, link_domain: str, where: str = "services") -> Checked:
    checked = check(SERVICES, services, where)
    if checked.value is None:
        return checked
    entries = [_derived(entry, link_domain) if entry else entry for entry in checked.value]
    mistakes = [*checked.mistakes, *_between_services(entries, where)]
    for index, entry in enumerate(entries):
        mistakes += _within_service(entry or {}, f"{where}[{index}]")
    return Checked(value=entries, mistakes=tuple(mistakes))


def check_external_apis(external_apis: Any, where: str = "external_apis") -> Checked:
    checked = check(EXTERNAL_APIS, external_apis, where)
    if checked.value is None:
        return checked
    mistakes = [*checked.mistakes, *_twice(checked.value, "name", where), *_twice(checked.value, "host", where)]
    return Checked(value=checked.value, mistakes=tuple(mistakes))


def check_outbound(services: Sequence[Mapping[str, Any]], names: Iterable[str], where: str) -> list[Mistake]:
    """Each destination of a service must be an external API of the public side."""
    known = sorted(names)
    return [
        Mistake(
            where=f"{where}[{index}].outbound[{position}]",
            found=f"{name!r}, which no external API is called",
            allowed=", ".join(known) or "none, for external_apis is empty",
            remedy=_meant(name, known) or "add it to external_apis of the public side",
        )
        for index, service in enumerate(services)
        for position, name in enumerate((service or {}).get("outbound") or ())
        if name is not None and name not in known
    ]


def _meant(name: str, known: Iterable[str]) -> str:
    meant = nearest(name, known)
    return f"did you mean {meant}?" if meant else ""


def _derived(entry: Mapping[str, Any], link_domain: str) -> dict[str, Any]:
    """Path and host follow from the name unless they are given. A broken name derives nothing."""
    name = entry.get("name")
    if name is None:
        return dict(entry)
    return {
        **entry,
        "path": entry["path"] or f"/{name}",
        "host": entry["host"] or f"{name}.{link_domain}",
    }


def _between_services(entries: Sequence[Mapping[str, Any] | None], where: str) -> list[Mistake]:
    return [mistake for key in ("name", "path", "host") for mistake in _twice(entries, key, where)]


def _twice(entries: Sequence[Mapping[str, Any] | None], key: str, where: str) -> list[Mistake]:
    """What two entries share. Of two with one name only the name is told: the rest follows from it."""
    first: dict[Any, int] = {}
    mistakes = []
    for index, entry in enumerate(entries):
        value = (entry or {}).get(key)
        if value is None:
            continue
        if value in first and (key == "name" or entry["name"] != entries[first[value]]["name"]):
            mistakes.append(
                Mistake(
                    where=f"{where}[{index}].{key}",
                    found=f"{value!r}, the {key} of {where}[{first[value]}] too",
                    allowed="each one once",
                    remedy="rename one of the two" if key == "name" else f"give one of the two another {key}",
                )
            )
        first.setdefault(value, index)
    return mistakes


def _within_service(entry: Mapping[str, Any], where: str) -> list[Mistake]:
    return [*_size(entry, where), *_health_check(entry, where), *_path(entry, where)]


def _size(entry: Mapping[str, Any], where: str) -> list[Mistake]:
    cpu, memory = entry.get("cpu"), entry.get("memory")
    if cpu is None or memory is None or quotas.memory_fits(cpu, memory):
        return []
    return [
        Mistake(
            where=f"{where}.memory",
            found=f"{memory} MiB with {cpu} CPU units",
            allowed=quotas.memory_words(cpu),
            remedy="Fargate runs fixed sizes only: change memory or cpu",
        )
    ]


def _health_check(entry: Mapping[str, Any], where: str) -> list[Mistake]:
    settings = entry.get("health_check") or {}
    interval, timeout = settings.get("interval"), settings.get("timeout")
    if interval is None or timeout is None or timeout < interval:
        return []
    return [
        Mistake(
            where=f"{where}.health_check.timeout",
            found=f"{timeout} s with an interval of {interval} s",
            allowed=f"less than {interval}",
            remedy="shorten the timeout or lengthen the interval",
        )
    ]


def _path(entry: Mapping[str, Any], where: str) -> list[Mistake]:
    path = entry.get("path") or ""
    return [
        Mistake(
            where=f"{where}.path",
            found=repr(path),
            allowed=f"any path but {reserved} and what is below it",
            remedy=f"the {owner} answers there itself: choose another",
        )
        for reserved, owner in RESERVED_PATHS.items()
        if path == reserved or path.startswith(f"{reserved}/")
    ]
