"""Authentication actions: AWS's defaults, and the client secret, which it never tells.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.exceptions import ValidationError
from moto.elbv2.models import FakeAction

OIDC = "authenticate-oidc"
_CONFIGS = {OIDC: "AuthenticateOidcConfig", "authenticate-cognito": "AuthenticateCognitoConfig"}
_DEFAULTS = {
    "OnUnauthenticatedRequest": "authenticate",
    "Scope": "openid",
    "SessionCookieName": "AWSELBAuthSessionCookie",
    "SessionTimeout": 604800,
}
_SECRET, _USE_EXISTING = "ClientSecret", "UseExistingClientSecret"


def completed(action: dict[str, Any], protocol: str, existing: Iterable[FakeAction]) -> FakeAction:
    """`existing` are the actions that the list replaces."""
    kind = action["Type"]
    if protocol != "HTTPS":
        raise Refused("InvalidLoadBalancerAction", f"Actions of type '{kind}' are supported only on HTTPS listeners")
    config = {**_DEFAULTS, **action.get(_CONFIGS[kind], {})}
    secret, use_existing = config.pop(_SECRET, None), config.pop(_USE_EXISTING, False)
    if kind == OIDC:
        secret = _secret(secret, bool(use_existing), existing)
    made = FakeAction({**action, _CONFIGS[kind]: config})
    made.client_secret = secret
    return made


def is_authentication(kind: str) -> bool:
    return kind in _CONFIGS


def _secret(given: str | None, use_existing: bool, existing: Iterable[FakeAction]) -> str:
    """ "If you are modifying a rule, you can omit this parameter if you set UseExistingClientSecret to true." """
    if given:
        return given
    held = next((action.client_secret for action in existing if action.type == OIDC), None)
    if not (use_existing and held):
        raise ValidationError("A client secret must be specified, or UseExistingClientSecret for a rule that has one")
    return held
