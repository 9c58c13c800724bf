# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What was there before the link and is published over it: the entries of `published`. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import texts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import Checked, check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import (
    Choice,
    ListOf,
    Number,
    Record,
    Text,
    TextMap,
    Truth,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    InvalidInventoryError,
    Mistake,
    missing,
)

VARIABLE = "published"
ALB, NLB, ASG, INSTANCES, IP = "alb", "nlb", "asg", "instances", "ip"
# How each kind says what it is: one of these.
OF_KIND = {
    ALB: ("load_balancer",),
    NLB: ("load_balancer",),
    ASG: ("auto_scaling_group",),
    INSTANCES: ("instance_ids", "instance_tags"),
    IP: ("addresses",),
}
# "You can't specify publicly routable IP addresses":
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html, TargetType
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
# Different ones on a side. Each makes three rules in the security group that lets the other side's clients in, of the
# 60 that AWS allows: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
MOST_PORTS = 20


def _private_address(text: str) -> str:
    try:
        address = IPv4Address(text)
    except ValueError:
        return f"{text!r}, which is no IPv4 address"
    return "" if any(address in network for network in PRIVATE) else f"{text}, a public address"


# What is there may answer anything at /: it is up when it answers, if not with an error of its own.
HEALTH_CHECK = Record(
    default={},
    description="How our load balancer asks whether it is well.",
    fields={
        "protocol": Choice(choices=("TCP", "HTTP", "HTTPS"), description="TCP, or what the listener of an alb speaks."),
        "path": Text(
            default="/",
            description="Path asked for, by HTTP and HTTPS.",
            pattern=r"/[\x21-\x7e]{0,1023}",
            allowed="a path that begins with /, without spaces",
        ),
        "matcher": Text(
            default="200-499",
            description="Status codes that mean well.",
            pattern=r"[2-5]\d\d(-[2-5]\d\d)?(,[2-5]\d\d(-[2-5]\d\d)?)*",
            allowed="codes from 200 to 599 as a text, such as '200' or '200-299,404'",
            remedy="quote it",
        ),
        "interval": Number(default=10, low=5, high=300, description="Seconds between two checks."),
    },
)

VERIFY = Record(
    description="A request that verify makes to its first port, by HTTPS when there is a host, else by HTTP. "
    "Without it verify opens a connection to each port.",
    fields={
        "path": Text(
            default="/", description="Path asked for.", pattern=r"/[\x21-\x7e]*", allowed="a path that begins with /"
        ),
        "status": Number(default=200, low=100, high=599, description="Status it must be answered with."),
        "ca_pem": Text(
            description="CA that signed its certificate; those of the image verify is run with, when left out.",
            allowed="certificates in PEM",
            problem=texts.certificate_pem,
        ),
    },
)

ENTRY = Record(
    description="One thing that was there before the link, and that the other side is to reach.",
    fields={
        "name": Text(
            required=True,
            description="Unique on the side; part of every AWS name made for it.",
            pattern=r"[a-z]([a-z0-9-]{0,22}[a-z0-9])?",
            allowed="up to 24 of a-z, 0-9 and -, a letter first, no - at the end",
            remedy="AWS would refuse the names made of it: shorten or respell it",
        ),
        "kind": Choice(required=True, choices=tuple(OF_KIND), description="What it is."),
        "ports": ListOf(
            required=True,
            least=1,
            most=MOST_PORTS,
            unique=True,
            description="TCP ports it answers on. The other side reaches it on the same ones.",
            item=Number(low=1, high=65535, description="One of them.", remedy="name the port it listens on"),
        ),
        "load_balancer": Text(
            description="alb, nlb: its name.",
            pattern=r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?",
            allowed="the name of a load balancer: at most 32 letters, digits and hyphens",
        ),
        "auto_scaling_group": Text(
            description="asg: its name. The target group of the link is added to its own, and taken out at the end."
        ),
        "instance_ids": ListOf(
            least=1,
            unique=True,
            description="instances: their ids.",
            item=Text(
                description="One of them.", pattern=r"i-[0-9a-f]{8,17}", allowed="an id such as i-0a1b2c3d4e5f60718"
            ),
        ),
        "instance_tags": TextMap(
            description="instances: tags that they carry, instead. They are looked up in every run.",
            pattern=r".{1,128}",
            allowed="tags: a mapping from keys to values",
        ),
        "addresses": ListOf(
            least=1,
            unique=True,
            description="ip: private addresses, of the VPC or of what it has a route to.",
            item=Text(
                description="One of them.",
                allowed="a private IPv4 address, such as 10.0.0.10",
                problem=_private_address,
            ),
        ),
        "host": Text(
            description="Host name that its certificate is for. Who calls must send it, for the endpoint has another.",
            pattern=texts.DNS_NAME,
            allowed="a DNS name in lower case",
        ),
        "health_check": HEALTH_CHECK,
        "verify": VERIFY,
        "replace_unhealthy": Truth(
            default=False,
            description="asg: true lets a group whose health check type is ELB replace what our check finds unwell.",
        ),
    },
)
PUBLISHED = ListOf(default=[], description="What was there before and is published to the other side.", item=ENTRY)


def published(entries: Any) -> list[dict[str, Any]]:
    """Every entry complete; raises InvalidInventoryError with all mistakes."""
    checked = check_published(entries)
    if checked.mistakes:
        raise InvalidInventoryError(checked.mistakes)
    return checked.value


def check_published(entries: Any, where: str = VARIABLE) -> Checked:
    checked = check(PUBLISHED, entries, where)
    if checked.value is None:
        return checked
    mistakes = [*checked.mistakes, *_twice(checked.value, where), *_too_many(checked.value, where)]
    for index, entry in enumerate(checked.value):
        if entry:
            mistakes += _of_kind(entry, entries[index], f"{where}[{index}]")
    return Checked(value=checked.value, mistakes=tuple(mistakes))


def _twice(entries: Sequence[Mapping[str, Any] | None], where: str) -> Iterator[Mistake]:
    first: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(entries):
        for key in ("name", "load_balancer") if (entry or {}).get("kind") == NLB else ("name",):
            value = (entry or {}).get(key)
            if value is not None and first.setdefault((key, value), index) != index:
                yield Mistake(
                    where=f"{where}[{index}].{key}",
                    found=f"{value!r}, the {key} of {where}[{first[key, value]}] too",
                    allowed="each one once",
                    remedy="rename one of the two" if key == "name" else "name all its ports in one entry",
                )


def _too_many(entries: Sequence[Mapping[str, Any] | None], where: str) -> Iterator[Mistake]:
    ports = {port for entry in entries for port in (entry or {}).get("ports") or () if port}
    if len(ports) > MOST_PORTS:
        yield Mistake(
            where=where,
            found=f"{len(ports)} different ports",
            allowed=f"{MOST_PORTS} in all: AWS allows so many rules in the security group that lets clients in",
            remedy="let what is alike answer on the same ports, or publish less",
        )


def _of_kind(entry: Mapping[str, Any], written: Mapping[str, Any], where: str) -> Iterator[Mistake]:
    """What is wrong in itself has been told, and is not missing besides."""
    kind = entry.get("kind")
    if kind is None:
        return
    ways = OF_KIND[kind]
    given = [way for way in ways if written.get(way)]
    if not given:
        yield missing(f"{where}.{ways[0]}", f"{' or '.join(ways)}, with kind: {kind}")
    if len(given) > 1:
        yield Mistake(
            where=f"{where}.{given[1]}", found=f"it and {given[0]}", allowed="one of the two", remedy="take one away"
        )
    if kind == ALB and (entry.get("health_check") or {}).get("protocol") == "TCP":
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
        yield Mistake(
            where=f"{where}.health_check.protocol",
            found="TCP with kind: alb",
            allowed="HTTP or HTTPS",
            remedy="leave it out: what the listener speaks is taken",
        )
    others = {way for ways_of_another in OF_KIND.values() for way in ways_of_another} - set(ways)
    of_one_kind = [*sorted(others), *(() if kind == ASG else ("replace_unhealthy",))]
    for key in of_one_kind:
        if entry.get(key):
            yield Mistake(
                where=f"{where}.{key}", found=f"it with kind: {kind}", allowed=", ".join(ways), remedy="take it away"
            )
