"""IAM: who is behind an access key, and the policies that AWS itself keeps."""

from __future__ import annotations

import copy

from moto.core.config import default_user_config
from moto.iam.models import AccessKey, IAMBackend, ManagedPolicy, iam_backends
from moto.sts.models import sts_backends

from rig.control.settings import Settings

OPERATOR = "operator"


def install(settings: Settings) -> None:
    """The long-lived key of each account is that of an IAM user, as GetCallerIdentity shows."""
    # Task roles attach AWS's managed policies, which moto leaves out unless told.
    default_user_config["iam"]["load_aws_managed_policies"] = True
    IAMBackend._init_aws_policies = _aws_policies
    for account in settings.accounts:
        backend = iam_backends[account.id]["aws"]
        user = backend.create_user(region_name=settings.region, user_name=OPERATOR)
        key = AccessKey(OPERATOR, prefix="AKIA", account_id=account.id)
        key.access_key_id, key.secret_access_key = account.access_key, account.secret_key
        user.access_keys.append(key)
        backend.access_keys[account.access_key] = key


_parse_aws_policies = IAMBackend._init_aws_policies
_parsed: list[ManagedPolicy] = []


def _aws_policies(backend: IAMBackend) -> list[ManagedPolicy]:
    """All 1,500, parsed once: that takes longer than all else in a new account."""
    if not _parsed:
        _parsed.extend(_parse_aws_policies(backend))
    return [copy.copy(policy) for policy in _parsed]


def arn_of(account_id: str, access_key: str) -> str:
    """The ARN of the IAM user or role that the key belongs to (a role's own ARN, not its session's)."""
    role = sts_backends[account_id]["aws"].get_assumed_role_from_access_key(access_key)
    if role:
        return role.role_arn
    user = iam_backends[account_id]["aws"].get_user_from_access_key_id(access_key)
    return user.arn if user else f"arn:aws:iam::{account_id}:root"
