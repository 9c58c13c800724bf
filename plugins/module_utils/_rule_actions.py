# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A listener rule's actions as AWS tells and takes them. Knows CamelCase; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FORWARD = "forward"
OIDC, OIDC_CONFIG = "authenticate-oidc", "AuthenticateOidcConfig"
STICKINESS = "TargetGroupStickinessConfig"


def forwarded(actions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Weight by target group ARN. A forward to one group may come without ForwardConfig."""
    for action in actions:
        if action["Type"] == FORWARD:
            groups = (action.get("ForwardConfig") or {}).get("TargetGroups")
            if groups:
                return {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}
            return {action["TargetGroupArn"]: 1}
    return {}


def stickiness(actions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The forward's TargetGroupStickinessConfig, as it is told."""
    for action in actions:
        if action["Type"] == FORWARD:
            return dict((action.get("ForwardConfig") or {}).get(STICKINESS) or {})
    return {}


def with_forward(
    actions: Sequence[Mapping[str, Any]], weights: Mapping[str, int], sticky: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The actions, to be sent back, with other weights by target group ARN, and other stickiness where it is given.

    ModifyRule replaces them all, so what comes before the forward must be sent back too:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
    """
    return [_forward(action, weights, sticky) if action["Type"] == FORWARD else _sendable(action) for action in actions]


def _forward(action: Mapping[str, Any], weights: Mapping[str, int], sticky: Mapping[str, Any] | None) -> dict[str, Any]:
    """Without TargetGroupArn, which is for one group alone."""
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    config = {**(action.get("ForwardConfig") or {}), "TargetGroups": groups}
    if sticky is not None:
        config[STICKINESS] = dict(sticky)
    kept = {key: value for key, value in action.items() if key not in ("TargetGroupArn", "ForwardConfig")}
    return {**kept, "ForwardConfig": config}


def _sendable(action: Mapping[str, Any]) -> dict[str, Any]:
    """AWS never tells a client secret, and drops it unless it is told to use the one it has:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
    """
    if action["Type"] != OIDC:
        return dict(action)
    return {**action, OIDC_CONFIG: {**action[OIDC_CONFIG], "UseExistingClientSecret": True}}


def comparable(actions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same for what was sent and for what AWS makes of it: secrets are not told, one group is told twice."""
    return [_comparable(action) for action in actions]


def _comparable(action: Mapping[str, Any]) -> dict[str, Any]:
    if action["Type"] == FORWARD:
        sticky = stickiness([action])
        rest = {key: value for key, value in action.items() if key not in ("TargetGroupArn", "ForwardConfig")}
        return {**rest, "weights": forwarded([action]), "stickiness": sticky if sticky.get("Enabled") else {}}
    config = {key: value for key, value in (action.get(OIDC_CONFIG) or {}).items() if key != "UseExistingClientSecret"}
    return {**action, **({OIDC_CONFIG: config} if config else {})}
