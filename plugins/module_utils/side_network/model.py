# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The network of one side as data. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags

TIERS = ("private", "public")
# In the order of making; the reverse is the order of taking away.
KINDS = ("vpc", "subnet", "internet_gateway", "address", "nat_gateway", "route_table")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A VPC, a subnet, a gateway, ... known by its kind and its Name tag.

    `settings` say what makes it what it is, with other parts by their names. `state` is AWS's
    word for how far it has come, and `id` is None for what is not made yet. `used_by` is known of parts that go by one
    name: ids of what is in it, or uses it. `vpc_id` is the VPC it is in.
    """

    kind: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    state: str = "available"
    used_by: tuple[str, ...] = ()
    vpc_id: str | None = None

    def as_diff(self) -> dict[str, Any]:
        return {"name": self.name, **self.settings, "tags": dict(sorted(self.tags.items()))}


@dataclass(frozen=True, kw_only=True)
class Network:
    """All parts of one side, in the order of making. Of several of one name, the first is the one to keep."""

    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Network:
        return cls(parts=tuple(sorted(parts, key=lambda part: (KINDS.index(part.kind), part.name))))

    def find(self, kind: str, name: str) -> Part | None:
        return next((part for part in self.parts if (part.kind, part.name) == (kind, name)), None)

    def of_kind(self, kind: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == kind)

    def named(self, kind: str, name: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if (part.kind, part.name) == (kind, name))

    def as_diff(self) -> dict[str, Any]:
        return {kind: [part.as_diff() for part in self.of_kind(kind)] for kind in KINDS if self.of_kind(kind)}


def desired_network(params: Mapping[str, Any]) -> Network:
    """Raises PrivateLinkError when the internet is wanted and there is no public subnet to reach it from."""
    name, internet = params["name"], params["internet"]
    tiers = {tier: [s for s in params["subnets"] if s["kind"] == tier] for tier in TIERS}
    zones = {tier: [subnet["az_id"] for subnet in tiers[tier]] for tier in TIERS}
    if internet != "none" and not set(zones["private"]) <= set(zones["public"]):
        raise PrivateLinkError(
            where="subnets",
            found=f"public ones in {', '.join(zones['public']) or 'no zone'}",
            allowed=f"one in each zone that has a private one, since internet is {internet}",
        )
    parts = [Part(kind="vpc", name=name, settings={"cidr": params["cidr"], "dns_hostnames": True, "dns_support": True})]
    parts += [
        Part(kind="subnet", name=f"{name}-{tier}-{s['az_id']}", settings={"az_id": s["az_id"], "cidr": s["cidr"]})
        for tier in TIERS
        for s in tiers[tier]
    ]
    if internet != "none":
        parts += _gateways(name, zones["private"] if internet == "nat_per_az" else zones["private"][:1])
    parts += _route_tables(name, zones, internet)
    return Network.of(_tagged(part, params["tags"]) for part in parts)


def _gateways(name: str, az_ids: Iterable[str]) -> list[Part]:
    parts = [Part(kind="internet_gateway", name=name, settings={"attached": True})]
    for az_id in az_ids:
        nat = f"{name}-nat-{az_id}"
        parts.append(Part(kind="address", name=nat))
        parts.append(Part(kind="nat_gateway", name=nat, settings={"address": nat, "subnet": f"{name}-public-{az_id}"}))
    return parts


def _route_tables(name: str, zones: Mapping[str, list[str]], internet: str) -> list[Part]:
    """A private table for each zone even where all go the same way: another choice of `internet` then moves
    one route and no association."""
    tables = []
    for az_id in zones["private"]:
        nat = {"none": None, "single_nat": zones["private"][0], "nat_per_az": az_id}[internet]
        route = None if nat is None else f"nat_gateway {name}-nat-{nat}"
        tables.append(_route_table(f"{name}-private-{az_id}", [f"{name}-private-{az_id}"], route))
    if internet != "none":
        subnets = [f"{name}-public-{az_id}" for az_id in zones["public"]]
        tables.append(_route_table(f"{name}-public", subnets, f"internet_gateway {name}"))
    return tables


def _route_table(name: str, subnets: list[str], default_route: str | None) -> Part:
    return Part(
        kind="route_table", name=name, settings={"default_route": default_route, "subnets": tuple(sorted(subnets))}
    )


def _tagged(part: Part, tags: Mapping[str, Any]) -> Part:
    return replace(part, tags=wanted_tags(part.name, tags))
