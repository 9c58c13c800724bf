# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An Application Load Balancer that faces the Internet, with its target group, as data. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags

HTTPS, HTTP, HEALTH = 443, 80, 8080
PROTECTION = "deletion_protection.enabled"
_DROP_INVALID_HEADERS = "routing.http.drop_invalid_header_fields.enabled"
_LOGS = "access_logs.s3."


@dataclass(frozen=True, kw_only=True)
class Listener:
    """`forwards_to` is the ARN of a target group; "" stands for a redirect to HTTPS, None for one not made yet."""

    forwards_to: str | None
    certificate_arn: str | None = None
    ssl_policy: str | None = None
    arn: str | None = None

    @property
    def settings(self) -> tuple[Any, ...]:
        return (self.forwards_to, self.certificate_arn, self.ssl_policy)

    def as_diff(self) -> dict[str, Any]:
        does = "redirects to HTTPS" if self.forwards_to == "" else "forwards to the fleet"
        return {"does": does, "certificate_arn": self.certificate_arn, "ssl_policy": self.ssl_policy}


@dataclass(frozen=True, kw_only=True)
class PublicDoor:
    """`arn` and `target_group_arn` are None while there is none. Of attributes those that we set."""

    name: str
    arn: str | None = None
    target_group_arn: str | None = None
    state: str = "active"
    dns_name: str | None = None
    subnet_ids: tuple[str | None, ...] = ()
    security_group_ids: tuple[str | None, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    listeners: Mapping[int, Listener] = field(default_factory=dict)
    web_acl_arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def as_diff(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "subnet_ids": list(self.subnet_ids),
            "security_group_ids": list(self.security_group_ids),
            "attributes": dict(sorted(self.attributes.items())),
            "listeners": {str(port): one.as_diff() for port, one in sorted(self.listeners.items())},
            "web_acl_arn": self.web_acl_arn,
            "tags": dict(sorted(self.tags.items())),
        }


def desired_door(params: Mapping[str, Any], target_group_arn: str | None) -> PublicDoor:
    secure = Listener(
        forwards_to=target_group_arn,
        certificate_arn=known(params["certificate_arn"]),
        ssl_policy=params["ssl_policy"],
    )
    bucket = params["access_logs_bucket"] or ""
    attributes = {
        PROTECTION: str(params["deletion_protection"]).lower(),
        _DROP_INVALID_HEADERS: "true",
        f"{_LOGS}enabled": str(bool(bucket)).lower(),
    }
    if bucket:
        attributes |= {f"{_LOGS}bucket": bucket, f"{_LOGS}prefix": params["access_logs_prefix"]}
    return PublicDoor(
        name=params["name"],
        subnet_ids=known_all(params["subnet_ids"]) or (),
        security_group_ids=known_all(params["security_group_ids"]) or (),
        attributes=attributes,
        listeners={HTTPS: secure, HTTP: Listener(forwards_to="")},
        web_acl_arn=params["web_acl_arn"] or None,
        tags=wanted_tags(params["name"], params["tags"]),
    )
