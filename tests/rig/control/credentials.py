"""Access keys: whose they are, and which are refused."""

from __future__ import annotations

from typing import Literal

import moto.iam.models
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from rig import regions
from rig.control.settings import Settings
from rig.world import Credentials

Refusal = Literal["missing", "unknown", "expired"]

_operators: dict[str, str] = {}  # access key -> account id
_expired: set[str] = set()


def install(settings: Settings) -> None:
    """Make moto, too, file every request under the account that owns its key."""
    reset()
    _operators.update({account.access_key: account.id for account in settings.accounts})
    moto.iam.models.get_account_id_from = account_of


def reset() -> None:
    _operators.clear()
    _expired.clear()


def account_of(access_key: str) -> str:
    """The account id that owns the key, or "" when nobody does."""
    if access_key in _operators:
        return _operators[access_key]
    for account_id, backends in list(iam_backends.items()):
        if any(access_key in backend.access_keys for backend in backends.values()):
            return account_id
    return ""


def issue(account_id: str, role_name: str, session_name: str = "rig", *, region: str = "us-east-1") -> Credentials:
    """Temporary credentials as the metadata services of the region hand them out."""
    partition = regions.partition_of(region).id
    role = sts_backends[account_id][partition].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=_role_arn(account_id, partition, role_name),
        policy="",
        duration=3600,
        external_id="",
    )
    return Credentials(
        access_key=role.access_key_id, secret_key=role.secret_access_key, session_token=role.session_token
    )


def expire(access_key: str) -> None:
    """From now on the key answers as AWS does after its hour."""
    _expired.add(access_key)


def refusal(access_key: str, session_token: str) -> Refusal | None:
    """Why AWS would not let this key in, or None."""
    if not access_key:
        return "missing"
    account_id = account_of(access_key)
    if not account_id:
        return "unknown"
    if access_key in _expired:
        return "expired"
    expected = _session_token(account_id, access_key)
    return "unknown" if expected and expected != session_token else None


def _session_token(account_id: str, access_key: str) -> str:
    for backend in sts_backends[account_id].values():
        for role in backend.assumed_roles:
            if role.access_key_id == access_key:
                return role.session_token
    return ""


def _role_arn(account_id: str, partition: str, role_name: str) -> str:
    """The role's real ARN, with its path, when the role exists."""
    for role in iam_backends[account_id][partition].roles.values():
        if role.name == role_name:
            return role.arn
    return f"arn:{partition}:iam::{account_id}:role/{role_name}"
