# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Where all services of a link run, and what they have in common. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

ROLE_TAG = "privatelink:role"
ROLE = "ecs_services"
Statements = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What the tasks of one service get to reach external APIs with."""

    security_group_ids: tuple[str | None, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """`execution_policy` and `task_policy` are what every service's roles may do, as statements."""

    link: str
    side: str
    region: str
    partition: str
    account_id: str | None
    cluster: str
    vpc_id: str | None
    subnet_ids: tuple[str | None, ...]
    security_group_ids: tuple[str | None, ...]
    execution_role_arn: str | None
    task_role_arn: str | None
    execution_policy: Statements
    task_policy: Statements
    log_group_prefix: str
    environment: Mapping[str, str]
    outbound: Mapping[str, WayOut]
    tags: Mapping[str, str]

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str, partition: str) -> Place:
        return cls(
            link=params["link"],
            side=params["side"],
            region=region,
            partition=partition,
            account_id=params["account_id"],
            cluster=params["cluster"],
            vpc_id=known(params["vpc_id"]),
            subnet_ids=known_all(params["subnet_ids"]) or (),
            security_group_ids=known_all(params["security_group_ids"]) or (),
            execution_role_arn=known(params["execution_role_arn"]),
            task_role_arn=known(params["task_role_arn"]),
            execution_policy=tuple(params["execution_policy"] or ()),
            task_policy=tuple(params["task_policy"] or ()),
            log_group_prefix=params["log_group_prefix"] or f"/twoway/{params['link']}/services",
            environment=_texts(params["environment"]),
            outbound={name: _way_out(given) for name, given in (params["outbound"] or {}).items()},
            tags=_texts(params["tags"]),
        )

    def way_out(self, service: str) -> WayOut:
        return self.outbound.get(service, WayOut())

    def groups_for(self, service: str) -> list[str | None]:
        return list(known_all([*self.security_group_ids, *self.way_out(service).security_group_ids]) or ())

    def owner_tags(self) -> dict[str, str]:
        return {LINK: self.link, SIDE: self.side, ROLE_TAG: ROLE}

    def tags_for(self, name: str, service: str, variant: str = "") -> dict[str, str]:
        variants = {m.VARIANT_TAG: variant} if variant else {}
        return {**self.tags, **self.owner_tags(), m.SERVICE_TAG: service, **variants, NAME: name}

    def name_of(self, service: str, variant: str) -> str:
        return f"{self.link}-{service}-{variant}"

    @property
    def roles_path(self) -> str:
        """Below the path of the side's other roles, so that a tear-down of those finds what is left here."""
        return f"/privatelink/{self.link}/{self.side}/services/"

    def role_arn(self, name: str) -> str:
        """Raises PrivateLinkError when nobody has said in which account."""
        if not self.account_id:
            raise PrivateLinkError(
                where="account_id",
                found="nothing, and a service with roles of its own",
                allowed="the account's 12 digits",
                remedy="set the option",
            )
        return f"arn:{self.partition}:iam::{self.account_id}:role{self.roles_path}{name}"


def _way_out(given: Mapping[str, Any]) -> WayOut:
    groups = known_all(given.get("security_group_ids")) or ()
    return WayOut(security_group_ids=groups, environment=_texts(given.get("environment")))


def _texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(key): "" if value is None else str(value) for key, value in (values or {}).items()}
