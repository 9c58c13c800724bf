# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The IAM roles of one side, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles import api
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles.model import (
    Role,
    Roles,
    canonical,
    desired_roles,
    path_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles.plan import plan, plan_absent


class IamRoles:
    what = "IAM roles"

    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._desired = desired_roles(params)
        self._path = path_of(self._owner)
        self._believes = params["verify_live"] == "bulk" and params["state"] == "present"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _client(self) -> Any:
        return self._connect("iam")

    def read(self) -> Roles:
        """Roles that are named, or all of the side when none is: four calls a role, but where its print is known."""
        listed = [item for item in api.profiles(self._client, self._path) if item["Path"].startswith(self._path)]
        profiles = {item["InstanceProfileName"]: item for item in listed if self._is_ours(item)}
        roles = [item for item in api.roles(self._client, self._path) if item["Path"].startswith(self._path)]
        found = [self._role(item, profiles) for item in roles if self._concerns(item["RoleName"])]
        orphans = [_orphan(name) for name in sorted(profiles.keys() - {item["RoleName"] for item in roles})]
        return Roles(roles=(*(role for role in found if self._owner.owns(role.tags)), *orphans))

    def _is_ours(self, profile: Mapping[str, Any]) -> bool:
        """Whether we may use, or delete, an instance profile below our path. Of one that stays as it is, nobody asks.

        Raises PrivateLinkError when it is not ours and has a name that we want.
        """
        name = profile["InstanceProfileName"]
        wanted = self._desired.find(name) if self._params["state"] == "present" else None
        if not self._concerns(name):
            return False
        if wanted and wanted.profile == _profile(profile) == "whole":
            return True
        tags = boto3_tag_list_to_ansible_dict(api.profile_tags(self._client, name))
        making = wanted is not None and wanted.profile == "whole"
        return self._owner.may_use(tags, where=f"instance profile {name}", making=making, kind="an instance profile")

    def _concerns(self, name: str) -> bool:
        return self._desired.find(name) is not None or not self._desired.roles

    def _role(self, item: Mapping[str, Any], profiles: Mapping[str, Mapping[str, Any]]) -> Role:
        name = item["RoleName"]
        lists = {
            "trust": canonical(item["AssumeRolePolicyDocument"]),
            "profile": _profile(profiles.get(name)),
            "description": item.get("Description", ""),
            "arn": item["Arn"],
            "profile_arn": profiles.get(name, {}).get("Arn"),
        }
        wanted = self._desired.find(name)
        if self._believes and wanted and wanted.description == lists["description"]:
            return replace(wanted, **lists)
        names = api.policy_names(self._client, name)
        return Role(
            name=name,
            managed=frozenset(api.attached(self._client, name)),
            policies={policy: canonical(api.policy(self._client, name, policy)) for policy in names},
            tags=boto3_tag_list_to_ansible_dict(api.tags(self._client, name)),
            **lists,
        )

    def plan(self, current: Roles) -> Plan:
        if self._params["state"] == "absent":
            return plan_absent([role.name for role in self._desired.roles], current)
        whole = Roles(roles=tuple(role for role in current.roles if role.arn))
        return plan(self._desired, whole, purge_tags=self._params["purge_tags"])

    def judge(self, current: Roles) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Roles) -> dict[str, Any]:
        roles = sorted(state.roles, key=lambda role: role.name)
        return {
            "role_arns": {role.name: role.arn for role in roles},
            "instance_profile_arns": {role.name: role.profile_arn for role in roles if role.profile != "none"},
        }

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, name: str, trust: str, tags: Mapping[str, str]) -> None:
        api.create(self._client, self._path, name, trust, tags)

    def _describe(self, *, name: str, description: str) -> None:
        api.describe(self._client, name, description)

    def _trust(self, *, name: str, trust: str) -> None:
        api.trust(self._client, name, trust)

    def _attach(self, *, name: str, arn: str) -> None:
        api.attach(self._client, name, arn)

    def _detach(self, *, name: str, arn: str) -> None:
        api.detach(self._client, name, arn)

    def _put_policy(self, *, name: str, policy: str, document: str) -> None:
        api.put_policy(self._client, name, policy, document)

    def _delete_policy(self, *, name: str, policy: str) -> None:
        api.delete_policy(self._client, name, policy)

    def _create_profile(self, *, name: str, tags: Mapping[str, str]) -> None:
        api.create_profile(self._client, self._path, name, tags)

    def _fill_profile(self, *, name: str) -> None:
        api.fill_profile(self._client, name)

    def _empty_profile(self, *, name: str) -> None:
        api.empty_profile(self._client, name)

    def _delete_profile(self, *, name: str) -> None:
        api.delete_profile(self._client, name)

    def _delete(self, *, name: str) -> None:
        until_let_go(f"IAM role {name}", lambda: api.delete(self._client, name), timeout=self.wait_timeout)

    def _tag(self, *, name: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, name, to_set, to_unset)


def _profile(item: Mapping[str, Any] | None) -> str:
    if item is None:
        return "none"
    return "whole" if item["InstanceProfileName"] in {role["RoleName"] for role in item.get("Roles", ())} else "empty"


def _orphan(name: str) -> Role:
    """An instance profile of ours whose role went first."""
    return Role(name=name, trust=canonical({}), profile="empty")
