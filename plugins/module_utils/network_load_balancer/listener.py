# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listeners of a Network Load Balancer, one a port. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    ALB,
    WantedTargetGroup,
)

PORTS = range(1, 65536)
TCP, TLS = "TCP", "TLS"
# The protocols of target groups that a listener may forward to.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
FORWARDS = {TCP: (TCP, "TCP_UDP"), TLS: (TCP, TLS), "UDP": ("UDP", "TCP_UDP"), "TCP_UDP": ("TCP_UDP",)}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
IDLE_SECONDS, ANY_IDLE_SECONDS = 350, range(60, 6001)
# AWS's own default, ELBSecurityPolicy-2016-08, still takes TLS 1.0.
SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
TLS_OPTIONS = ("certificate_arns", "ssl_policy", "alpn_policy")


@dataclass(frozen=True, kw_only=True)
class Listener:
    """As AWS has it, or as a plan leaves it. `target_group` is None when it forwards in another way.

    The first of `certificate_arns` is the default one, the others are in order. `tcp_idle_timeout` is None where
    there is none, or nobody asked.
    """

    port: int
    protocol: str
    target_group: str | None
    certificate_arns: tuple[str | None, ...] = ()
    ssl_policy: str | None = None
    alpn_policy: str | None = None
    tcp_idle_timeout: int | None = None
    arn: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], names: Mapping[str, str]) -> Listener:
        """`names` holds the names of the target groups by ARN; one not ours shows as its ARN.

        DescribeListeners tells the default certificate alone.
        """
        forward = [action for action in item.get("DefaultActions", ()) if action["Type"] == "forward"]
        arn = forward[0].get("TargetGroupArn") if forward else None
        if forward and not arn:
            groups = forward[0].get("ForwardConfig", {}).get("TargetGroups", ())
            arn = groups[0]["TargetGroupArn"] if len(groups) == 1 else None
        return cls(
            port=item["Port"],
            protocol=item["Protocol"],
            target_group=names.get(arn, arn),
            certificate_arns=tuple(one["CertificateArn"] for one in item.get("Certificates") or ()),
            ssl_policy=item.get("SslPolicy"),
            alpn_policy=next(iter(item.get("AlpnPolicy") or ()), None),
            arn=item["ListenerArn"],
        )

    def as_diff(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"protocol": self.protocol, "target_group": self.target_group}
        if self.protocol == TLS:
            shown |= {name: getattr(self, name) for name in TLS_OPTIONS}
            shown["certificate_arns"] = list(self.certificate_arns)
        return shown if self.tcp_idle_timeout is None else {**shown, "tcp_idle_timeout": self.tcp_idle_timeout}

    def as_result(self, arns: Mapping[str, str | None]) -> dict[str, Any]:
        return {
            "port": self.port,
            "protocol": self.protocol,
            "arn": self.arn,
            "target_group_name": self.target_group,
            "target_group_arn": arns.get(self.target_group or ""),
            "certificate_arns": list(self.certificate_arns),
            "ssl_policy": self.ssl_policy,
            "alpn_policy": self.alpn_policy,
            "tcp_idle_timeout": self.tcp_idle_timeout,
        }


@dataclass(frozen=True, kw_only=True)
class WantedListener:
    """None means: leave it as it is, or as AWS makes it."""

    port: int
    protocol: str
    target_group: WantedTargetGroup
    tags: Mapping[str, str]
    certificate_arns: tuple[str | None, ...] = ()
    ssl_policy: str | None = None
    alpn_policy: str | None = None
    tcp_idle_timeout: int | None = None

    @property
    def secure(self) -> bool:
        return self.protocol == TLS

    def after(self, before: Listener | None) -> Listener:
        """What becomes of the one that is there, or of nothing."""
        base = before or Listener(port=self.port, protocol=self.protocol, target_group=None)
        return replace(
            base,
            protocol=self.protocol,
            target_group=self.target_group.name,
            certificate_arns=self.certificate_arns,
            ssl_policy=self.ssl_policy,
            alpn_policy=(self.alpn_policy or base.alpn_policy) if self.secure else None,
            tcp_idle_timeout=self.tcp_idle_timeout,
        )


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
        wanted[item["port"]] = _wanted(item, where, group, plain)
    return tuple(wanted[port] for port in sorted(wanted))


def _wanted(item: Mapping[str, Any], where: str, group: WantedTargetGroup, tags: Mapping[str, str]) -> WantedListener:
    protocol, idle = item["protocol"], item["tcp_idle_timeout"]
    _refuse_mismatch(where, protocol, group)
    if idle is not None and (protocol != TCP or idle not in ANY_IDLE_SECONDS):
        raise PrivateLinkError(
            where=f"{where}.tcp_idle_timeout",
            found=f"{idle} s with protocol: {protocol}",
            allowed="60 to 6000 with protocol: TCP",
        )
    given = [name for name in TLS_OPTIONS if item[name]]
    if given and protocol != TLS:
        raise PrivateLinkError(where=f"{where}.{given[0]}", found=f"protocol: {protocol}", allowed="protocol: TLS")
    certificates = [known(arn) for arn in item["certificate_arns"] or ()]
    if protocol == TLS and not certificates:
        raise PrivateLinkError(where=f"{where}.certificate_arns", found="none", allowed="one at least for TLS")
    others = sorted(set(certificates[1:]) - {certificates[0]}, key=str) if certificates else []
    return WantedListener(
        port=item["port"],
        protocol=protocol,
        target_group=group,
        tags=tags,
        certificate_arns=(*certificates[:1], *others),
        ssl_policy=(item["ssl_policy"] or SSL_POLICY) if protocol == TLS else None,
        alpn_policy=item["alpn_policy"],
        tcp_idle_timeout=idle,
    )


def _refuse_mismatch(where: str, protocol: str, group: WantedTargetGroup) -> None:
    if group.target_type == ALB and protocol != TCP:
        # "TLS Listeners on ALB Target Groups not supported": https://github.com/aws/aws-cdk/issues/22245
        raise PrivateLinkError(
            where=f"{where}.protocol",
            found=f"{protocol} to an Application Load Balancer",
            allowed="TCP with target_type: alb",
            remedy="let the Application Load Balancer end TLS",
        )
    if group.protocol not in FORWARDS[protocol]:
        raise PrivateLinkError(
            where=f"{where}.target_group.protocol",
            found=f"{group.protocol} behind a {protocol} listener",
            allowed=" or ".join(FORWARDS[protocol]),
        )
