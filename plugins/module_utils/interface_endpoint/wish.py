# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the task asks for, one wish an endpoint. Stdlib only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, wanted_tags

INTERFACE, GATEWAY = "Interface", "Gateway"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One endpoint. None means: leave it as it is."""

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

    @property
    def what(self) -> str:
        return f"{self.type.lower()} endpoint {self.name}"

    @property
    def of_aws(self) -> bool:
        """Whether AWS is the provider: it accepts at once, so private DNS can be had at creation."""
        return self.service_name is not None and ".vpce." not in self.service_name


@dataclass(frozen=True, kw_only=True)
class Desired:
    wishes: tuple[Wish, ...]
    owner: Owner
    present: bool
    replace: bool
    purge_tags: bool
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str) -> Desired:
        """`region` makes the full names of AWS's services."""
        _refuse_wrong(params)
        return cls(
            wishes=tuple(_wishes(params, region)),
            owner=Owner.from_tags(params["tags"]),
            present=params["state"] == "present",
            replace=params["replace"],
            purge_tags=params["purge_tags"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

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
    if service.startswith(("com.", "cn.", "aws.")):
        return service
    # https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    return f"{'cn.' if region.startswith('cn-') else ''}com.amazonaws.{region}.{service}"


def _wishes(params: Mapping[str, Any], region: str) -> Iterator[Wish]:
    name = params["name"]
    if not (params["services"] or params["gateway_services"]):
        yield _wish(params, name, params["type"], known(params["service_name"]), aws=False)
        return
    for kind, option in ((INTERFACE, "services"), (GATEWAY, "gateway_services")):
        for service in params[option] or ():
            yield _wish(params, f"{name}-{service}", kind, aws_service_name(service, region), aws=True)


def _wish(params: Mapping[str, Any], name: str, kind: str, service_name: str | None, *, aws: bool) -> Wish:
    gateway = kind == GATEWAY
    private_dns = params["private_dns_enabled"]
    policy = params["policy"]
    return Wish(
        name=name,
        type=kind,
        service_name=service_name,
        vpc_id=known(params["vpc_id"]),
        subnet_ids=() if gateway else known_all(params["subnet_ids"]) or (),
        security_group_ids=known_all(params["security_group_ids"]) or () if kind == INTERFACE else (),
        route_table_ids=known_all(params["route_table_ids"]) or () if gateway else (),
        private_dns_enabled=kind == INTERFACE and (aws if private_dns is None else private_dns),
        policy=policy if isinstance(policy, str) or policy is None else json.dumps(policy),
        tags=wanted_tags(name, params["tags"]),
    )


def _refuse_wrong(params: Mapping[str, Any]) -> None:
    many = bool(params["services"] or params["gateway_services"])
    rules: tuple[tuple[str, bool, str, str], ...] = ()
    if params["state"] == "present":
        interfaces = bool(params["services"]) if many else params["type"] == INTERFACE
        placed = interfaces or (not many and params["type"] != GATEWAY)
        gateways = bool(params["gateway_services"]) if many else params["type"] == GATEWAY
        rules = (
            ("subnet_ids", placed and not params["subnet_ids"], "no subnet", "one in each zone to be reached"),
            (
                "security_group_ids",
                interfaces and not params["security_group_ids"],
                "no security group",
                "at least one: AWS would take the VPC's default group",
            ),
            ("route_table_ids", gateways and not params["route_table_ids"], "no route table", "at least one"),
        )
    for option, wrong, found, allowed in rules:
        if wrong:
            raise PrivateLinkError(where=option, found=found, allowed=allowed)
    if params["policy"] is not None:
        _refuse_bad_policy(params["policy"])
    _refuse_twice(params)


def _refuse_bad_policy(policy: Any) -> None:
    document = policy
    if isinstance(policy, str):
        try:
            document = json.loads(policy)
        except ValueError as error:
            raise PrivateLinkError(where="policy", found=str(error), allowed="a JSON document") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise PrivateLinkError(where="policy", found="no Statement", allowed="a policy document")


def _refuse_twice(params: Mapping[str, Any]) -> None:
    services = [*(params["services"] or ()), *(params["gateway_services"] or ())]
    twice = sorted({one for one in services if services.count(one) > 1})
    if twice:
        raise PrivateLinkError(where="services", found=f"{', '.join(twice)} more than once", allowed="each once")
