"""The actions of listeners and rules, checked and in the shape in which AWS tells them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from moto.elbv2.exceptions import (
    ActionTargetGroupNotFoundError,
    InvalidActionTypeError,
    InvalidConfigurationRequest,
    ValidationError,
)
from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.models import FakeAction

from rig.control.elbv2 import authentication, quotas
from rig.control.elbv2.load_balancer import LoadBalancer

_KINDS = ("forward", "fixed-response", "redirect", "authenticate-cognito", "authenticate-oidc", "jwt-validation")
# Which target group protocols a listener protocol may forward to.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
_COMPATIBLE = {
    "HTTP": {"HTTP", "HTTPS"},
    "HTTPS": {"HTTP", "HTTPS"},
    "TCP": {"TCP", "TCP_UDP"},
    "TLS": {"TCP", "TLS"},
    "UDP": {"UDP", "TCP_UDP"},
    "TCP_UDP": {"TCP_UDP"},
}


def target_groups_of(action: FakeAction) -> list[str]:
    """ARNs, in the order of the action."""
    return [group["TargetGroupArn"] for group in action.data.get("ForwardConfig", {}).get("TargetGroups", [])]


class Actions:
    """The part of the backend that checks actions."""

    def actions(
        self,
        given: list[dict[str, Any]],
        balancer: LoadBalancer,
        protocol: str,
        existing: Sequence[FakeAction] = (),
    ) -> list[FakeAction]:
        """`given` as AWS would store it in the place of `existing`, or the refusal AWS would give."""
        if not given:
            raise ValidationError("A listener action must be specified")
        if given[-1].get("Type") not in ("forward", "fixed-response", "redirect"):
            raise Refused("InvalidLoadBalancerAction", "The last action must be forward, fixed-response or redirect")
        return [self._action(index, action, balancer, protocol, existing) for index, action in enumerate(given, 1)]

    def _action(
        self,
        index: int,
        given: dict[str, Any],
        balancer: LoadBalancer,
        protocol: str,
        existing: Sequence[FakeAction],
    ) -> FakeAction:
        kind = given.get("Type")
        if kind not in _KINDS:
            raise InvalidActionTypeError(kind, index)
        if balancer.is_network and kind != "forward":
            raise Refused(
                "InvalidLoadBalancerAction", f"The action type '{kind}' is not valid with network load balancers"
            )
        if authentication.is_authentication(kind):
            return authentication.completed(dict(given), protocol, existing)
        action = _normalised(given)
        if kind == "fixed-response":
            self._validate_fixed_response_action(FakeAction(action), index - 1, index)
        if kind == "forward":
            self._check_forward(action["ForwardConfig"]["TargetGroups"], balancer, protocol)
            self._check_stickiness(action["ForwardConfig"])
        return FakeAction(action)

    def _check_forward(self, groups: list[dict[str, Any]], balancer: LoadBalancer, protocol: str) -> None:
        arns = [group["TargetGroupArn"] for group in groups]
        if not arns:
            raise ValidationError("A target group ARN must be specified")
        if len(arns) > quotas.TARGET_GROUPS_PER_ACTION:
            raise Refused(
                "TooManyTargetGroups",
                f"The maximum number of target groups in an action is '{quotas.TARGET_GROUPS_PER_ACTION}'",
            )
        if len(set(arns)) < len(arns):
            raise ValidationError("Target groups must be unique within a forward action")
        for group in groups:
            if group["Weight"] not in quotas.WEIGHTS:
                raise ValidationError(f"The weight '{group['Weight']}' of a target group must be between 0 and 999")
            self._check_target_group(group["TargetGroupArn"], balancer, protocol)
        self._check_unique_target_groups(arns, balancer)

    def _check_stickiness(self, config: dict[str, Any]) -> None:
        """Words and code as seen in https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2734."""
        groups = [self.target_groups[group["TargetGroupArn"]] for group in config["TargetGroups"]]
        sticky = [group for group in groups if group.attributes.get("stickiness.enabled") == "true"]
        if sticky and len(groups) > 1 and not config["TargetGroupStickinessConfig"]["Enabled"]:
            raise InvalidConfigurationRequest(
                "You must enable group stickiness on a rule if you enabled target stickiness on one of its target "
                "groups"
            )

    def _check_target_group(self, arn: str, balancer: LoadBalancer, protocol: str) -> None:
        target_group = self.target_groups.get(arn)
        if target_group is None:
            raise ActionTargetGroupNotFoundError(arn)
        if target_group.protocol not in _COMPATIBLE[protocol]:
            raise Refused(
                "IncompatibleProtocols",
                f"The listener protocol '{protocol}' is not compatible with the target group '{arn}'",
            )
        if target_group.target_type == "alb" and protocol != "TCP":
            raise InvalidConfigurationRequest(
                f"Listener protocol '{protocol}' is not supported with a target group of type 'alb'"
            )
        if target_group.vpc_id != balancer.vpc_id:
            raise InvalidConfigurationRequest(f"The target group '{arn}' is not in the VPC of the load balancer")
        if set(self.links.get(arn, ())) - {balancer.arn}:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html#API_CreateRule_Errors
            raise Refused(
                "TargetGroupAssociationLimit",
                f"The following target groups cannot be associated with more than one load balancer: {arn}",
            )
        self.refuse_a_third(target_group, balancer)

    def _check_unique_target_groups(self, arns: list[str], balancer: LoadBalancer) -> None:
        if balancer.is_network:
            return
        linked = {arn for arn, balancers in self.links.items() if balancer.arn in balancers}
        if len(linked.union(arns)) > quotas.TARGET_GROUPS_PER_APPLICATION_LOAD_BALANCER:
            raise Refused(
                "TooManyUniqueTargetGroupsPerLoadBalancer",
                "You've reached the limit on the number of unique target groups per load balancer",
            )


def _normalised(given: dict[str, Any]) -> dict[str, Any]:
    """AWS tells a forward to one group both ways, whichever way it was asked for."""
    action = copy.deepcopy(dict(given))
    if action["Type"] != "forward":
        return action
    config = action.setdefault("ForwardConfig", {})
    if "TargetGroups" not in config and "TargetGroupArn" in action:
        config["TargetGroups"] = [{"TargetGroupArn": action["TargetGroupArn"]}]
    groups = config.setdefault("TargetGroups", [])
    if "TargetGroupArn" in action and [group["TargetGroupArn"] for group in groups] != [action["TargetGroupArn"]]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html (ForwardConfig)
        raise ValidationError("ForwardConfig must name the one target group of TargetGroupArn, where both are given")
    for group in groups:
        group.setdefault("Weight", 1)
    config.setdefault("TargetGroupStickinessConfig", {}).setdefault("Enabled", False)
    action.pop("TargetGroupArn", None)
    if len(groups) == 1:
        action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    return action
