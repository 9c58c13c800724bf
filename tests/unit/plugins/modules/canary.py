"""A service with a canary, made by plain boto3: two target groups, their targets, and the rule between them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

TAGS = {
    "privatelink:link": "tokyo",
    "privatelink:side": "isolated",
    "privatelink:role": "ecs_services",
    "privatelink:service": "orders",
}
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["orders.tokyo.twoway.example"]}}]
COGNITO = {
    "Type": "authenticate-cognito",
    "Order": 1,
    "AuthenticateCognitoConfig": {
        "UserPoolArn": "arn:aws:cognito-idp:ap-northeast-1:222222222222:userpool/ap-northeast-1_1",
        "UserPoolClientId": "shop",
        "UserPoolDomain": "shop",
    },
}
OIDC = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://id.example",
        "AuthorizationEndpoint": "https://id.example/authorize",
        "TokenEndpoint": "https://id.example/token",
        "UserInfoEndpoint": "https://id.example/user",
        "ClientId": "shop",
        "ClientSecret": "secret",
    },
}
REWRITE = [
    {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/v1/(.*)$", "Replace": "/$1"}]}},
]


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@dataclass
class Shop:
    """The account that holds the service, read and changed with plain boto3."""

    cloud: Any
    site: Any
    engine: Any

    @property
    def elb(self) -> Any:
        return self.cloud.client("elbv2")

    def group(self, variant: str, *addresses: str, service: str = "orders", path: str = "/healthz", **tags: str) -> str:
        made = self.elb.create_target_group(
            Name=f"tokyo-{service}-{variant}",
            Protocol="HTTPS",
            Port=8443,
            VpcId=self.site.vpc_id,
            TargetType="ip",
            HealthCheckPath=path,
            Tags=tag_list({**TAGS, "privatelink:service": service, "privatelink:variant": variant, **tags}),
        )["TargetGroups"][0]["TargetGroupArn"]
        if addresses:
            self.elb.register_targets(TargetGroupArn=made, Targets=[{"Id": address} for address in addresses])
        return made

    def rule(self, weights: dict[str, int], *, priority: int = 100, before=(), sticky: int = 0, **more: Any) -> str:
        """`weights` by target group ARN; `before` are actions that come first."""
        groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
        stickiness = {"Enabled": True, "DurationSeconds": sticky} if sticky else {"Enabled": False}
        forward = {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness}
        actions = [*copy.deepcopy(before), {"Type": "forward", "Order": 1 + len(before), "ForwardConfig": forward}]
        settings = {"Conditions": HOST, "Tags": tag_list(TAGS), **more}
        made = self.elb.create_rule(ListenerArn=self.site.listener_arn, Priority=priority, Actions=actions, **settings)[
            "Rules"
        ][0]["RuleArn"]
        self.engine()
        return made

    def rules(self) -> dict[str, dict[str, Any]]:
        found = self.elb.describe_rules(ListenerArn=self.site.listener_arn)["Rules"]
        return {rule["RuleArn"]: rule for rule in found if not rule["IsDefault"]}

    def weights(self, rule_arn: str) -> dict[str, int]:
        groups = self.rules()[rule_arn]["Actions"][-1]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"].split("/")[1]: group["Weight"] for group in groups}

    def tags(self, arn: str) -> dict[str, str]:
        (found,) = self.elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


def without_weights(rule: dict[str, Any]) -> dict[str, Any]:
    """All of a rule that canary_weights has no business with."""
    kept = copy.deepcopy(rule)
    for action in kept["Actions"]:
        for group in action.get("ForwardConfig", {}).get("TargetGroups", ()):
            del group["Weight"]
    return kept
