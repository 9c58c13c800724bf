# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services as the roles and modules use them: complete and checked. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import Checked, check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import ListOf
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    InvalidInventoryError,
    Mistake,
    nearest,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.service_rules import (
    between_services,
    within_service,
)

SERVICES = ListOf(description="The services.", item=SERVICE)


def service_catalog(services: Any, link_domain: str) -> list[dict[str, Any]]:
    """Every entry complete; raises InvalidInventoryError with all mistakes."""
    checked = check_services(services, link_domain)
    if checked.mistakes:
        raise InvalidInventoryError(checked.mistakes)
    return checked.value


def check_services(services: Any, link_domain: str, where: str = "services") -> Checked:
    checked = check(SERVICES, services, where)
    if checked.value is None:
        return checked
    entries = [_derived(entry, link_domain) if entry else entry for entry in checked.value]
    mistakes = [*checked.mistakes, *between_services(entries, where)]
    for index, entry in enumerate(entries):
        mistakes += within_service(entry or {}, f"{where}[{index}]")
    return Checked(value=entries, mistakes=tuple(mistakes))


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
