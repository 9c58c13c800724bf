# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The Application Load Balancers of a link's shards, as data. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import Occupancy

HTTPS = 443
IDLE_TIMEOUT = "idle_timeout.timeout_seconds"
DROP_INVALID_HEADERS = "routing.http.drop_invalid_header_fields.enabled"


@dataclass(frozen=True, kw_only=True)
class Listener:
    """The HTTPS listener. `health_path` is what its first rule answers by itself, "" when it has no such rule."""

    certificate_arn: str | None
    ssl_policy: str
    default_status: str = "404"
    health_path: str = ""
    arn: str | None = None
    rule_arn: str | None = None

    @property
    def settings(self) -> tuple[Any, ...]:
        """What ModifyListener changes."""
        return (self.certificate_arn, self.ssl_policy, self.default_status)

    def as_diff(self) -> dict[str, Any]:
        return {
            "port": HTTPS,
            "certificate_arn": self.certificate_arn,
            "ssl_policy": self.ssl_policy,
            "default_status": self.default_status,
            "health_path": self.health_path,
        }


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    name: str
    subnet_ids: tuple[str | None, ...]
    security_group_ids: tuple[str | None, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    listener: Listener | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None
    state: str = "active"
    occupancy: Occupancy = field(default=Occupancy(), compare=False)

    def as_diff(self) -> dict[str, Any]:
        return {
            "subnet_ids": list(self.subnet_ids),
            "security_group_ids": list(self.security_group_ids),
            "attributes": dict(sorted(self.attributes.items())),
            "listener": self.listener.as_diff() if self.listener else None,
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Shards:
    """`taken` are names that load balancers of somebody else have."""

    load_balancers: tuple[LoadBalancer, ...] = ()
    taken: frozenset[str] = frozenset()

    def find(self, name: str) -> LoadBalancer | None:
        return next((one for one in self.load_balancers if one.name == name), None)

    def as_diff(self) -> dict[str, Any]:
        return {one.name: one.as_diff() for one in self.load_balancers}


def number_of(prefix: str, name: str) -> int | None:
    """The number of a shard by its load balancer's name; None for any other name."""
    head, _dash, number = name.rpartition("-")
    return int(number) if head == prefix and number.isdigit() and not number.startswith("0") else None


def desired_shards(params: Mapping[str, Any], numbers: Iterable[int]) -> Shards:
    """All alike but for their names."""
    return Shards(load_balancers=tuple(_load_balancer(f"{params['name']}-{n}", params) for n in sorted(numbers)))


def _load_balancer(name: str, params: Mapping[str, Any]) -> LoadBalancer:
    return LoadBalancer(
        name=name,
        subnet_ids=known_all(params["subnet_ids"]) or (),
        security_group_ids=known_all(params["security_group_ids"]) or (),
        attributes={IDLE_TIMEOUT: str(params["idle_timeout"]), DROP_INVALID_HEADERS: "true"},
        listener=Listener(
            certificate_arn=known(params["certificate_arn"]),
            ssl_policy=params["ssl_policy"],
            health_path=params["health_path"],
        ),
        tags=wanted_tags(name, params["tags"]),
    )
