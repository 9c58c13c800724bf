"""Who is behind an access key, for whoever must compare it with a principal."""

from __future__ import annotations

from moto.iam.models import AccessKey, iam_backends
from moto.sts.models import sts_backends

from rig.control.settings import Settings

OPERATOR = "operator"


def install(settings: Settings) -> None:
    """The long-lived key of each account is that of an IAM user, as GetCallerIdentity shows."""
    for account in settings.accounts:
        backend = iam_backends[account.id]["aws"]
        user = backend.create_user(region_name=settings.region, user_name=OPERATOR)
        key = AccessKey(OPERATOR, prefix="AKIA", account_id=account.id)
        key.access_key_id, key.secret_access_key = account.access_key, account.secret_key
        user.access_keys.append(key)
        backend.access_keys[account.access_key] = key


def arn_of(account_id: str, access_key: str) -> str:
    """The ARN of the IAM user or role that the key belongs to (a role's own ARN, not its session's)."""
    role = sts_backends[account_id]["aws"].get_assumed_role_from_access_key(access_key)
    if role:
        return role.role_arn
    user = iam_backends[account_id]["aws"].get_user_from_access_key_id(access_key)
    return user.arn if user else f"arn:aws:iam::{account_id}:root"
