"""IAM: who is behind an access key, the policies that AWS itself keeps, and what its lists tell."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable
from typing import Any

from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.iam.models import AccessKey, IAMBackend, ManagedPolicy, filter_items_with_path_prefix, iam_backends
from moto.iam.responses import IamResponse
from moto.sts.models import sts_backends

from rig.control.settings import Settings

OPERATOR = "operator"


def install(settings: Settings) -> None:
    """The long-lived key of each account is that of an IAM user, as GetCallerIdentity shows."""
    # Task roles attach AWS's managed policies, which moto leaves out unless told.
    default_user_config["iam"]["load_aws_managed_policies"] = True
    IAMBackend._init_aws_policies = _aws_policies
    IAMBackend.__init__ = functools.partialmethod(_furnish, settings)
    IamResponse.list_roles = _list_roles
    IamResponse.list_instance_profiles = _list_instance_profiles


_make = IAMBackend.__init__
_parse_aws_policies = IAMBackend._init_aws_policies
_parsed: dict[str, list[ManagedPolicy]] = {}


def _furnish(backend: IAMBackend, settings: Settings, region_name: str, account_id: str) -> None:
    """On AWS an account is in one partition; here it is in each that anybody looks into, with the same operator."""
    _make(backend, region_name, account_id)
    for account in settings.accounts:
        if account.id == account_id:
            user = backend.create_user(region_name=backend.region_name, user_name=OPERATOR)
            key = AccessKey(OPERATOR, prefix="AKIA", account_id=account.id)
            key.access_key_id, key.secret_access_key = account.access_key, account.secret_key
            user.access_keys.append(key)
            backend.access_keys[account.access_key] = key


def _aws_policies(backend: IAMBackend) -> list[ManagedPolicy]:
    """All 1,500 of a partition, parsed once: that takes longer than all else in a new account."""
    if backend.partition not in _parsed:
        _parsed[backend.partition] = _parse_aws_policies(backend)
    return [copy.copy(policy) for policy in _parsed[backend.partition]]


def _list_roles(response: IamResponse) -> ActionResult:
    answer = _moto_list_roles(response)
    return ActionResult({**answer.result, "Roles": _without_tags(answer.result["Roles"])})


_moto_list_roles = IamResponse.list_roles


def _list_instance_profiles(response: IamResponse) -> ActionResult:
    """moto lists those of every path: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html"""
    prefix = response._get_param("PathPrefix", "/")
    found = filter_items_with_path_prefix(prefix, response.backend.get_instance_profiles())
    return ActionResult({"InstanceProfiles": _without_tags(found), "IsTruncated": False})


def _without_tags(items: Iterable[Any]) -> list[Any]:
    """Lists tell no tags; who wants them asks for each."""
    bare = [copy.copy(item) for item in items]
    for item in bare:
        item.tags = None
    return bare


def arn_of(account_id: str, partition: str, access_key: str) -> str:
    """The ARN of the IAM user or role that the key belongs to (a role's own ARN, not its session's)."""
    role = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key)
    if role:
        return role.role_arn
    user = iam_backends[account_id][partition].get_user_from_access_key_id(access_key)
    return user.arn if user else f"arn:{partition}:iam::{account_id}:root"
