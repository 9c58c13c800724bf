# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ELBv2's calls for the shards' load balancers. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, unless_new
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    HTTPS,
    Listener,
    LoadBalancer,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import HEALTH_PRIORITY

MOST_ARNS_OF_DESCRIBE_TAGS = 20
NEW = ("LoadBalancerNotFound", "ListenerNotFound")


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(["LoadBalancerNotFound", "ListenerNotFound"])


def _all(call: Any, key: str, **request: Any) -> list[dict[str, Any]]:
    """ELBv2 pages by Marker and NextMarker."""
    found: list[dict[str, Any]] = []
    while True:
        answer = call(**request, aws_retry=True)
        found += answer[key]
        if not answer.get("NextMarker"):
            return found
        request["Marker"] = answer["NextMarker"]


@aws_call("describe load balancers")
def load_balancers(client: Any) -> list[dict[str, Any]]:
    """Those of type application. To ask by name would fail on the first name there is not."""
    found = _all(client.describe_load_balancers, "LoadBalancers")
    return [item for item in found if item["Type"] == "application"]


@aws_call("describe tags of load balancers")
def tags(client: Any, arns: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(arns), MOST_ARNS_OF_DESCRIBE_TAGS):
        some = list(arns[start : start + MOST_ARNS_OF_DESCRIBE_TAGS])
        for item in client.describe_tags(ResourceArns=some, aws_retry=True)["TagDescriptions"]:
            found[item["ResourceArn"]] = boto3_tag_list_to_ansible_dict(item["Tags"])
    return found


@aws_call("describe attributes of {arn}")
def attributes(client: Any, arn: str) -> dict[str, str]:
    answer = client.describe_load_balancer_attributes(LoadBalancerArn=arn, aws_retry=True)
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@Missing.list_error_handler("describe listeners of {arn}", [])
def listeners(client: Any, arn: str) -> list[dict[str, Any]]:
    return _all(client.describe_listeners, "Listeners", LoadBalancerArn=arn)


@Missing.list_error_handler("describe rules of {listener_arn}", [])
def rules(client: Any, listener_arn: str) -> list[dict[str, Any]]:
    return _all(client.describe_rules, "Rules", ListenerArn=listener_arn)


@aws_call("create load balancer {wanted.name}")
def create(client: Any, wanted: LoadBalancer) -> str:
    """It takes no client token: the name is unique, and a repeated request gives back what there is."""
    answer = client.create_load_balancer(
        Name=wanted.name,
        Type="application",
        Scheme="internal",
        IpAddressType="ipv4",
        Subnets=list(wanted.subnet_ids),
        SecurityGroups=list(wanted.security_group_ids),
        Tags=ansible_dict_to_boto3_tag_list(dict(wanted.tags)),
        aws_retry=True,
    )
    return answer["LoadBalancers"][0]["LoadBalancerArn"]


@aws_call("set attributes of {arn}")
@unless_new(NEW)
def set_attributes(client: Any, arn: str, attributes: Mapping[str, str]) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in sorted(attributes.items())]
    client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=pairs, aws_retry=True)


@aws_call("set subnets of {arn}")
def set_subnets(client: Any, arn: str, subnet_ids: Sequence[str]) -> None:
    client.set_subnets(LoadBalancerArn=arn, Subnets=list(subnet_ids), aws_retry=True)


@aws_call("set security groups of {arn}")
def set_security_groups(client: Any, arn: str, group_ids: Sequence[str]) -> None:
    client.set_security_groups(LoadBalancerArn=arn, SecurityGroups=list(group_ids), aws_retry=True)


def _answer(status: str, body: str) -> dict[str, Any]:
    config = {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body}
    return {"Type": "fixed-response", "FixedResponseConfig": config}


def _settings(listener: Listener) -> dict[str, Any]:
    return {
        "Protocol": "HTTPS",
        "Port": HTTPS,
        "SslPolicy": listener.ssl_policy,
        "Certificates": [{"CertificateArn": listener.certificate_arn}],
        "DefaultActions": [_answer(listener.default_status, "no such service")],
    }


@aws_call("create the listener of {arn}")
@unless_new(NEW)
def create_listener(client: Any, arn: str, listener: Listener, tags: Mapping[str, str]) -> str:
    answer = client.create_listener(
        LoadBalancerArn=arn, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), **_settings(listener), aws_retry=True
    )
    return answer["Listeners"][0]["ListenerArn"]


@aws_call("modify listener {arn}")
def modify_listener(client: Any, arn: str, listener: Listener) -> None:
    client.modify_listener(ListenerArn=arn, **_settings(listener), aws_retry=True)


def _health_rule(path: str) -> dict[str, Any]:
    """The health check of a Network Load Balancer wants 200 to 399 of its target, and our default action is 404."""
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}
    return {"Conditions": [condition], "Actions": [_answer("200", "ok")]}


@aws_call("create the health rule of {listener_arn}")
@unless_new(NEW)
def create_rule(client: Any, listener_arn: str, path: str, tags: Mapping[str, str]) -> None:
    client.create_rule(
        ListenerArn=listener_arn,
        Priority=HEALTH_PRIORITY,
        Tags=ansible_dict_to_boto3_tag_list(dict(tags)),
        **_health_rule(path),
        aws_retry=True,
    )


@aws_call("modify the health rule {arn}")
def modify_rule(client: Any, arn: str, path: str) -> None:
    client.modify_rule(RuleArn=arn, **_health_rule(path), aws_retry=True)


@Missing.deletion_error_handler("delete load balancer {arn}")
def delete(client: Any, arn: str) -> bool:
    """With its listeners and rules."""
    client.delete_load_balancer(LoadBalancerArn=arn, aws_retry=True)
    return True


@aws_call("tag {arn}")
def set_tags(client: Any, arn: str, tags: Mapping[str, str]) -> None:
    client.add_tags(ResourceArns=[arn], Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag {arn}")
def unset_tags(client: Any, arn: str, keys: Sequence[str]) -> None:
    client.remove_tags(ResourceArns=[arn], TagKeys=list(keys), aws_retry=True)
