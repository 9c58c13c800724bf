# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What there is of the things to be published, as AWS has it. PRIVATE to the collection; stdlib only.

It travels from the preflight to the controller as plain data: `as_dict` there, `from_dict` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.permissions import may_let_in


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """`listeners` maps ports to protocols. `service` is the endpoint service that publishes it already, if that is not
    ours. `behind` is, of an Application Load Balancer, who has it as a target: see network_load_balancer.around.Alb."""

    name: str
    arn: str
    kind: str
    vpc_id: str
    state: str
    zones: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    enforced: bool = False
    listeners: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(sorted(int(port) for port in self.listeners))


@dataclass(frozen=True, kw_only=True)
class AutoScalingGroup:
    name: str
    health_checks: tuple[str, ...]
    vpc_id: str | None
    instance_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Instance:
    id: str
    vpc_id: str | None
    state: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Things:
    """`tagged` has the ids of the instances that an entry's tags mean, by the entry's name. `interfaces` has the
    security groups of an address, and `doors` what each group lets in, as EC2 tells permissions."""

    load_balancers: Mapping[str, LoadBalancer] = field(default_factory=dict)
    auto_scaling_groups: Mapping[str, AutoScalingGroup] = field(default_factory=dict)
    instances: Mapping[str, Instance] = field(default_factory=dict)
    tagged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interfaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doors: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Things:
        return cls(
            load_balancers={name: _load_balancer(one) for name, one in given["load_balancers"].items()},
            auto_scaling_groups={
                name: AutoScalingGroup(**_tuples(one)) for name, one in given["auto_scaling_groups"].items()
            },
            instances={id_: Instance(**_tuples(one)) for id_, one in given["instances"].items()},
            tagged=_tuples(given["tagged"]),
            interfaces=_tuples(given["interfaces"]),
            doors=_tuples(given["doors"]),
        )

    def lets_in(self, groups: tuple[str, ...], port: int, cidr: str) -> bool:
        """Whether any of the groups lets in who comes from there through PrivateLink, or may. What has no group lets
        everybody in."""
        permissions = [permission for group in groups for permission in self.doors.get(group, ())]
        return not groups or may_let_in(permissions, port, cidr, by_address=True)


def _load_balancer(given: Mapping[str, Any]) -> LoadBalancer:
    plain = _tuples(given)
    return LoadBalancer(**{**plain, "behind": _tuples(given["behind"])})


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists where we have tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
