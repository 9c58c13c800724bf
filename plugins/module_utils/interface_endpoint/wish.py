# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the task asks for, one wish an endpoint. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import rules
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    GATEWAY,
    INTERFACE,
    Address,
    DnsOptions,
    Endpoint,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import FULL_ACCESS

OWN_TAGS = "privatelink:"
FULL_NAMES = ("com.", "cn.", "aws.")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One endpoint. None means: leave it as it is.

    `listed` is one of a list of AWS services. `remote` is one whose service lives in another region. `auto_accepted`
    is one whose service is known to accept at once. `policy_if_supported` is one that does without where there is none.
    """

    name: str
    type: str
    service_name: str | None
    vpc_id: str | None
    subnet_ids: tuple[str | None, ...]
    security_group_ids: tuple[str | None, ...]
    route_table_ids: tuple[str | None, ...]
    private_dns_enabled: bool
    policy: str | None
    tags: Mapping[str, str]
    service_region: str | None = None
    remote: bool = False
    purge_route_tables: bool = True
    addresses: Mapping[str, Address] = field(default_factory=dict)
    dns_options: DnsOptions = DnsOptions()
    ip_address_type: str | None = None
    listed: bool = False
    auto_accepted: bool = False
    policy_if_supported: bool = False

    @property
    def what(self) -> str:
        return f"{self.type.lower()} endpoint {self.name}"

    @property
    def of_aws(self) -> bool:
        """Whether AWS is the provider."""
        return self.service_name is not None and ".vpce." not in self.service_name

    @property
    def accepted_at_once(self) -> bool:
        """So that private DNS can be had at creation."""
        return self.of_aws or self.auto_accepted

    def matches(self, endpoint: Endpoint) -> bool:
        """Of a list, the interface endpoint and the gateway to a service are two; else the type may have to change."""
        return endpoint.name == self.name and (not self.listed or endpoint.type == self.type)


@dataclass(frozen=True, kw_only=True)
class Desired:
    wishes: tuple[Wish, ...]
    owner: Owner
    name: str
    tags: Mapping[str, str]
    present: bool
    replace: bool
    purge_services: bool
    purge_tags: bool
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str) -> Desired:
        """`region` is our own; it makes the full names of AWS's services. Raises PrivateLinkError for what is wrong."""
        rules.refuse_wrong(params)
        return cls(
            wishes=tuple(_wishes(params, region)),
            owner=Owner.from_tags(params["tags"]),
            name=params["name"],
            tags=wanted_tags(None, params["tags"]),
            present=params["state"] == "present",
            replace=params["replace"],
            purge_services=params["purge_services"],
            purge_tags=params["purge_tags"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

    def concerns(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint is what the task is about: ours, and wanted now, or once listed by the same task."""
        return self.owner.owns(endpoint.tags) and (
            any(wish.matches(endpoint) for wish in self.wishes) or (self.purge_services and self._once_listed(endpoint))
        )

    def _once_listed(self, endpoint: Endpoint) -> bool:
        """Known by the name that the list gives it by its service, and by all the privatelink: tags of the task."""
        ours = all(endpoint.tags.get(key) == value for key, value in self.tags.items() if key.startswith(OWN_TAGS))
        service = endpoint.service_name or ""
        names = {listed_name(self.name, one) for one in (service, short_name(service))}
        return ours and bool(service) and endpoint.name in names

    @property
    def unknown(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for wish in self.wishes:
            lists = {key: getattr(wish, key) for key in ("subnet_ids", "security_group_ids", "route_table_ids")}
            ids = unknown_options(vpc_id=wish.vpc_id, service_name=wish.service_name, **lists)
            found.update(dict.fromkeys(ids))
        return tuple(found)


def aws_service_name(service: str, region: str) -> str:
    """ecr.api -> com.amazonaws.ap-northeast-1.ecr.api. A full name stays as it is."""
    if service.startswith(FULL_NAMES):
        return service
    # https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    return f"{'cn.' if region.startswith('cn-') else ''}com.amazonaws.{region}.{service}"


def short_name(service_name: str) -> str:
    """The way back: com.amazonaws.ap-northeast-1.ecr.api -> ecr.api."""
    return service_name.removeprefix("cn.").removeprefix("com.amazonaws.").partition(".")[2] or service_name


def listed_name(name: str, service: str) -> str:
    return f"{name}-{service}"


def _wishes(params: Mapping[str, Any], region: str) -> Iterator[Wish]:
    name, home = params["name"], params["service_region"] or region
    if not rules.many(params):
        kind, service = params["type"], known(params["service_name"])
        policy = _policy(params, "policy", params["policy"])
        yield _wish(params, name, kind, service, policy, private_dns=False, remote=home != region)
        return
    for kind, option in ((INTERFACE, "services"), (GATEWAY, "gateway_services")):
        for service in params[option] or ():
            yield _wish(
                params,
                listed_name(name, service),
                kind,
                aws_service_name(service, home),
                _policy_for(params, service),
                private_dns=True,
                remote=home != region,
                listed=True,
            )


def _wish(
    params: Mapping[str, Any],
    name: str,
    kind: str,
    service_name: str | None,
    policy: str | None,
    *,
    private_dns: bool,
    **more: Any,
) -> Wish:
    """`private_dns` is what a task gets that does not say."""
    gateway = kind == GATEWAY
    given = params["private_dns_enabled"]
    fixed = {known(entry["subnet_id"]): entry for entry in params["subnet_configurations"] or ()}
    return Wish(
        name=name,
        type=kind,
        service_name=service_name,
        vpc_id=known(params["vpc_id"]),
        subnet_ids=() if gateway else known_all([*(params["subnet_ids"] or ()), *fixed]) or (),
        security_group_ids=known_all(params["security_group_ids"]) or () if kind == INTERFACE else (),
        route_table_ids=known_all(params["route_table_ids"]) or () if gateway else (),
        private_dns_enabled=kind == INTERFACE and (private_dns if given is None else given),
        policy=policy,
        tags=wanted_tags(name, params["tags"]),
        service_region=None if gateway else params["service_region"],
        purge_route_tables=params["purge_route_tables"],
        addresses={subnet: Address(ipv4=one["ipv4"], ipv6=one["ipv6"]) for subnet, one in fixed.items() if subnet},
        dns_options=_dns_options(params, kind),
        ip_address_type=params["ip_address_type"],
        policy_if_supported=params["policy_if_supported"],
        **more,
    )


def _policy_for(params: Mapping[str, Any], service: str) -> str | None:
    policies = params["policies"] or {}
    where = f"policies[{service}]" if service in policies else "policy"
    return _policy(params, where, policies.get(service, params["policy"]))


def _policy(params: Mapping[str, Any], where: str, policy: Any) -> str | None:
    if policy is None:
        return FULL_ACCESS if params["reset_policy"] else None
    return rules.policy_text(where, policy)


def _dns_options(params: Mapping[str, Any], kind: str) -> DnsOptions:
    given = params["dns_options"] or {}
    only_inbound = given.get("private_dns_only_for_inbound_resolver_endpoint") if kind == INTERFACE else None
    return DnsOptions(
        dns_record_ip_type=given.get("dns_record_ip_type"),
        private_dns_only_for_inbound_resolver_endpoint=only_inbound,
    )
