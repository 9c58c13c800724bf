# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listeners of a Network Load Balancer, one a port. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    WantedTargetGroup,
)

PORTS = range(1, 65536)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """As AWS has it, or as a plan leaves it. `target_group` is None when it forwards in another way."""

    port: int
    protocol: str
    target_group: str | None
    arn: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], names: Mapping[str, str]) -> Listener:
        """`names` holds the names of the target groups by ARN; one not ours shows as its ARN."""
        forward = [action for action in item.get("DefaultActions", ()) if action["Type"] == "forward"]
        arn = forward[0].get("TargetGroupArn") if forward else None
        if forward and not arn:
            groups = forward[0].get("ForwardConfig", {}).get("TargetGroups", ())
            arn = groups[0]["TargetGroupArn"] if len(groups) == 1 else None
        return cls(
            port=item["Port"], protocol=item["Protocol"], target_group=names.get(arn, arn), arn=item["ListenerArn"]
        )

    def as_diff(self) -> dict[str, Any]:
        return {"protocol": self.protocol, "target_group": self.target_group}

    def as_result(self, arns: Mapping[str, str | None]) -> dict[str, Any]:
        return {
            "port": self.port,
            "protocol": self.protocol,
            "arn": self.arn,
            "target_group_name": self.target_group,
            "target_group_arn": arns.get(self.target_group or ""),
        }


@dataclass(frozen=True, kw_only=True)
class WantedListener:
    port: int
    protocol: str
    target_group: WantedTargetGroup
    tags: Mapping[str, str]

    def made(self) -> Listener:
        return Listener(port=self.port, protocol=self.protocol, target_group=self.target_group.name)


def wanted_listeners(items: Iterable[Mapping[str, Any]], tags: Mapping[str, Any] | None) -> tuple[WantedListener, ...]:
    """In order of their ports. Two listeners may share a target group that they describe alike."""
    wanted: dict[int, WantedListener] = {}
    groups: dict[str, WantedTargetGroup] = {}
    plain = {str(key): str(value) for key, value in (tags or {}).items() if key != "Name"}
    for index, item in enumerate(items):
        where = f"listeners[{index}]"
        if item["port"] not in PORTS:
            raise PrivateLinkError(where=f"{where}.port", found=str(item["port"]), allowed="1 to 65535")
        if item["port"] in wanted:
            raise PrivateLinkError(where=f"{where}.port", found=f"{item['port']} again", allowed="one listener a port")
        group = WantedTargetGroup.from_params(item["target_group"], f"{where}.target_group", plain)
        if groups.setdefault(group.name, group) != group:
            raise PrivateLinkError(
                where=f"{where}.target_group",
                found=f"{group.name}, described otherwise before",
                allowed="one description, or another name",
            )
        wanted[item["port"]] = WantedListener(
            port=item["port"], protocol=item["protocol"], target_group=group, tags=plain
        )
    return tuple(wanted[port] for port in sorted(wanted))
