# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM roles as data. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import description, fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, wanted_tags


@dataclass(frozen=True, kw_only=True)
class Role:
    """`policies` are the inline ones, and like `trust` in canonical JSON, so that equal ones compare equal.

    `profile` tells how far the instance profile of the same name is: "none", "empty" or "whole". `description` has the
    fingerprint of what IAM tells role by role.
    """

    name: str
    trust: str
    managed: frozenset[str] = frozenset()
    policies: Mapping[str, str] = field(default_factory=dict)
    profile: str = "none"
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    arn: str | None = None
    profile_arn: str | None = None

    def as_diff(self) -> dict[str, Any]:
        return {
            "trust": json.loads(self.trust),
            "managed_policies": sorted(self.managed),
            "policies": {name: json.loads(document) for name, document in sorted(self.policies.items())},
            "instance_profile": self.profile,
            "description": self.description,
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Roles:
    roles: tuple[Role, ...] = ()

    def find(self, name: str) -> Role | None:
        return next((role for role in self.roles if role.name == name), None)

    def as_diff(self) -> dict[str, Any]:
        return {role.name: role.as_diff() for role in sorted(self.roles, key=lambda role: role.name)}


def path_of(owner: Owner) -> str:
    """ListRoles finds by path in one call, where tags would have to be asked for role by role."""
    return f"/privatelink/{owner.link}/{owner.side}/" if owner.side else f"/privatelink/{owner.link}/"


def canonical(document: Any) -> str:
    return json.dumps(document, sort_keys=True)


def desired_roles(params: Mapping[str, Any]) -> Roles:
    return Roles(roles=tuple(_role(entry, params["tags"]) for entry in params["roles"] or []))


def _role(entry: Mapping[str, Any], tags: Mapping[str, Any]) -> Role:
    assume = {"Effect": "Allow", "Principal": {"Service": entry["service"]}, "Action": "sts:AssumeRole"}
    managed = frozenset(entry["managed_policies"] or [])
    policies = {name: canonical(_policy(statements)) for name, statements in (entry["policies"] or {}).items()}
    all_tags = wanted_tags(entry["name"], tags)
    told_one_by_one = [sorted(managed), policies, dict(all_tags)]
    return Role(
        name=entry["name"],
        trust=canonical(_policy([assume])),
        managed=managed,
        policies=policies,
        profile="whole" if entry["instance_profile"] else "none",
        tags=all_tags,
        description=description(_whose(tags), fingerprint(told_one_by_one)),
    )


def _whose(tags: Mapping[str, str]) -> str:
    owner = Owner.from_tags(tags)
    return f"Of the link {owner.link}, {owner.side} side" if owner.side else f"Of the link {owner.link}"


def _policy(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
