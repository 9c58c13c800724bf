"""What ecs_services made, read back with plain boto3 and not with our own code."""

from __future__ import annotations

ORDERS = {"name": "orders", "image": "shop/orders:1.0", "port": 8443}
BILLING = {"name": "billing", "image": "shop/billing:2.0", "port": 8444}
CANARY = {"image": "shop/billing:2.1", "weight": 5}

SSM = "arn:aws:ssm:ap-northeast-1:222222222222:parameter/shop/"
OWN_ROLES = {
    "account_id": "222222222222",
    "execution_policy": [{"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": "*"}],
    "task_policy": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "*"}],
}


def row(result: dict, name: str = "orders") -> dict:
    rows = result["failure"]["services"] if result.get("failed") else result["services"]
    return next(row for row in rows if row["name"] == name)


def verbs(result: dict, name: str = "orders") -> list[str]:
    return [f"{action['verb']} {action['target']}" for action in row(result, name)["actions"]]


def writes(cloud) -> list[str]:
    return [call for call in cloud.calls if not call.startswith(("Describe", "List", "Get"))]


class Account:
    """The isolated account."""

    def __init__(self, cloud, site) -> None:
        self._cloud, self._site = cloud, site

    def target_groups(self) -> dict[str, dict]:
        found = self._cloud.client("elbv2").describe_target_groups()["TargetGroups"]
        return {group["TargetGroupName"]: group for group in found}

    def rules(self) -> list[dict]:
        rules = self._cloud.client("elbv2").describe_rules(ListenerArn=self._site.listener_arn)["Rules"]
        return [rule for rule in rules if not rule["IsDefault"]]

    def weights(self) -> dict[str, int]:
        """By target group name, of the only rule."""
        (rule,) = self.rules()
        groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"].split("/")[1]: group["Weight"] for group in groups}

    def attributes(self, arn: str) -> dict[str, str]:
        found = self._cloud.client("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        return {item["Key"]: item["Value"] for item in found}

    def roles(self) -> list[str]:
        """Of services, by name."""
        found = self._cloud.client("iam").list_roles(PathPrefix="/privatelink/")["Roles"]
        return [role["RoleName"] for role in found]

    def policy(self, role: str) -> list[dict]:
        """The statements of its only policy."""
        iam = self._cloud.client("iam")
        (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        return iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]

    def tags(self, arn: str) -> dict[str, str]:
        (found,) = self._cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]}

    def services(self) -> dict[str, dict]:
        ecs = self._cloud.client("ecs")
        arns = ecs.list_services(cluster="tokyo")["serviceArns"]
        found = ecs.describe_services(cluster="tokyo", services=arns, include=["TAGS"])["services"] if arns else []
        return {service["serviceName"]: service for service in found}

    def definition(self, service: str) -> dict:
        ecs = self._cloud.client("ecs")
        arn = self.services()[service]["taskDefinition"]
        return ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]

    def logs(self) -> dict[str, int]:
        groups = self._cloud.client("logs").describe_log_groups()["logGroups"]
        return {group["logGroupName"]: group["retentionInDays"] for group in groups}
