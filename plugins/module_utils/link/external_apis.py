# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""External APIs: the schema of an entry, complete entries, and what is wrong with them. PRIVATE; stdlib only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import hosts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import Checked, allowed_words, check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import port
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import Choice, ListOf, Record, Text, Truth
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    InvalidInventoryError,
    Mistake,
    missing,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.service_rules import twice

PROXY, LISTENER = "proxy", "listener"

# Ports of the outbound load balancer that egress profiles take: module_utils/link/egress.py.
PROFILE_PORTS = range(10_000, 22_000)

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-target-group.html (target type ip)
TARGET_BLOCKS = tuple(
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)


def target_address(text: str) -> str:
    """What is wrong with the address of a destination that is reached without the proxies, in words, or ""."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError as error:
        return f"{text!r}, and {error}"
    return "" if any(address in block for block in TARGET_BLOCKS) else f"{text}, which no load balancer sends to"


EXTERNAL_API = Record(
    description="One destination the isolated side may reach.",
    fields={
        "name": Text(
            required=True,
            description="Unique in the link; services name it in `outbound`.",
            pattern=r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
            allowed="up to 32 of a-z, 0-9 and -, a letter first, no - at the end",
        ),
        "mode": Choice(
            default=PROXY,
            choices=(PROXY, LISTENER),
            description="proxy: by name, through the reverse proxies. listener: by address, past them; for a server on "
            "premises, in any protocol over TCP.",
        ),
        "host": Text(
            description="Public DNS name, or `*.` and one for all names with one label more. Of mode proxy only.",
            pattern=hosts.HOST,
            allowed="a public DNS name in lower case, no address, no wildcard but *. in front (*.example.com)",
            problem=hosts.public_host,
            remedy="name the host the services connect to",
        ),
        "ports": ListOf(
            least=1,
            unique=True,
            description="Ports of it; 443 when left out, with plain_http 80. Of mode listener they must be given.",
            item=port("One of them."),
        ),
        "plain_http": Truth(
            default=False,
            description="true: its ports are asked in plain HTTP, and nothing else is carried to them.",
        ),
        "addresses": ListOf(
            least=1,
            unique=True,
            description="Private IPv4 addresses of the servers. Of mode listener only.",
            item=Text(
                description="One of them.",
                allowed=f"an IPv4 address out of {', '.join(map(str, TARGET_BLOCKS))}",
                problem=target_address,
                remedy="name an address that the public VPC has a route to",
            ),
        ),
        "endpoint_ports": ListOf(
            least=1,
            unique=True,
            description="Ports of the endpoint that lead to `ports`, in their order; the same when left out. Of mode "
            "listener only.",
            item=port("One of them."),
        ),
    },
)

EXTERNAL_APIS = ListOf(description="The external APIs.", item=EXTERNAL_API)
# What each mode needs besides a name, and what has no meaning in it.
NEEDED = {PROXY: ("host",), LISTENER: ("addresses", "ports")}
FOREIGN = {PROXY: ("addresses", "endpoint_ports"), LISTENER: ("host", "plain_http")}


def allow_list(external_apis: Any) -> list[dict[str, Any]]:
    """Every entry complete; raises InvalidInventoryError with all mistakes."""
    checked = check_external_apis(external_apis)
    if checked.mistakes:
        raise InvalidInventoryError(checked.mistakes)
    return checked.value


def check_external_apis(external_apis: Any, where: str = "external_apis") -> Checked:
    checked = check(EXTERNAL_APIS, external_apis, where)
    if checked.value is None:
        return checked
    entries = [_complete(entry) if entry else entry for entry in checked.value]
    mistakes = [*checked.mistakes, *twice(entries, "name", where)]
    for index, given in enumerate(checked.value):
        mistakes += _within(given or {}, external_apis[index], f"{where}[{index}]")
    if not mistakes:
        mistakes = [*_shared_ports(entries, where), *_of_profiles(entries, where)]
    return Checked(value=entries, mistakes=tuple(mistakes))


def _complete(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry["mode"] == LISTENER:
        return {**entry, "endpoint_ports": entry["endpoint_ports"] or entry["ports"]}
    return {**entry, "ports": entry["ports"] or [80 if entry["plain_http"] else 443]}


def _within(entry: Mapping[str, Any], given: Any, where: str) -> Iterator[Mistake]:
    """What one entry lacks, or has and may not have. What was wrong in itself has been told already."""
    mode = entry.get("mode")
    if mode is None:
        return
    for key in NEEDED[mode]:
        if given.get(key) is None:
            yield missing(f"{where}.{key}", allowed_words(EXTERNAL_API.fields[key]))
    for key in FOREIGN[mode]:
        if entry.get(key):
            other = LISTENER if mode == PROXY else PROXY
            yield Mistake(
                where=f"{where}.{key}",
                found=f"a key of mode {other}",
                allowed=f"what mode {mode} needs",
                remedy=f"take it away, or set mode: {other}",
            )
    ports, at_endpoint = entry.get("ports") or (), entry.get("endpoint_ports") or ()
    if mode == LISTENER and at_endpoint and len(ports) != len(at_endpoint):
        yield Mistake(
            where=f"{where}.endpoint_ports",
            found=f"{len(at_endpoint)} of them for {len(ports)} ports",
            allowed="one for each of ports",
            remedy="give as many, or leave them out",
        )


def _shared_ports(entries: Sequence[Mapping[str, Any]], where: str) -> Iterator[Mistake]:
    """One host and port is one entry's, and one port of the endpoint leads to one destination."""
    seen: dict[tuple[str, int], int] = {}
    for index, entry in enumerate(entries):
        key = "endpoint_ports" if entry["mode"] == LISTENER else "ports"
        for position, number in enumerate(entry[key]):
            place = (entry["host"] or "", number)
            first = seen.setdefault(place, index)
            if first != index:
                yield Mistake(
                    where=f"{where}[{index}].{key}[{position}]",
                    found=f"{number}, which {where}[{first}] ({entries[first]['name']}) has too",
                    allowed="each port of a host once" if entry["host"] else "each port of the endpoint once",
                    remedy="let services name the other one" if entry["host"] else "give one of the two endpoint_ports",
                )


def _of_profiles(entries: Sequence[Mapping[str, Any]], where: str) -> Iterator[Mistake]:
    for index, entry in enumerate(entries):
        for position, number in enumerate(entry["endpoint_ports"] or ()):
            if number in PROFILE_PORTS:
                yield Mistake(
                    where=f"{where}[{index}].endpoint_ports[{position}]",
                    found=f"{number}, which may become the port of an egress profile",
                    allowed=f"any port but {PROFILE_PORTS.start} to {PROFILE_PORTS.stop - 1}",
                    remedy="give it endpoint_ports of its own; ports stay as they are",
                )
