# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ELBv2's and WAF's calls for a public door. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, unless_new
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer.model import (
    HEALTH,
    HTTPS,
    Listener,
    PublicDoor,
)

NEW = ("LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "WAFNonexistentItemException")


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(["LoadBalancerNotFound", "TargetGroupNotFound"])


@Missing.list_error_handler("describe load balancer {name}", None)
def load_balancer(client: Any, name: str) -> dict[str, Any] | None:
    """The one of that name, whoever's; None when there is none."""
    return client.describe_load_balancers(Names=[name], aws_retry=True)["LoadBalancers"][0]


@Missing.list_error_handler("describe target group {name}", None)
def target_group(client: Any, name: str) -> dict[str, Any] | None:
    return client.describe_target_groups(Names=[name], aws_retry=True)["TargetGroups"][0]


@aws_call("create target group {name}")
def create_target_group(client: Any, name: str, vpc_id: str, interval: int, tags: Mapping[str, str]) -> str:
    """The door speaks TLS itself, with whatever certificate: a load balancer verifies none.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """
    made = client.create_target_group(
        Name=name,
        Protocol="HTTPS",
        Port=HTTPS,
        VpcId=vpc_id,
        TargetType="instance",
        HealthCheckProtocol="HTTP",
        HealthCheckPort=str(HEALTH),
        HealthCheckPath="/healthz",
        HealthCheckIntervalSeconds=interval,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
        Tags=ansible_dict_to_boto3_tag_list(dict(tags)),
        aws_retry=True,
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


@Missing.deletion_error_handler("delete target group {arn}")
def delete_target_group(client: Any, arn: str) -> bool:
    client.delete_target_group(TargetGroupArn=arn, aws_retry=True)
    return True


@aws_call("create load balancer {wanted.name}")
def create(client: Any, wanted: PublicDoor) -> str:
    """It takes no client token: the name is unique, and a repeated request gives back what there is."""
    made = client.create_load_balancer(
        Name=wanted.name,
        Type="application",
        Scheme="internet-facing",
        IpAddressType="ipv4",
        Subnets=list(wanted.subnet_ids),
        SecurityGroups=list(wanted.security_group_ids),
        Tags=ansible_dict_to_boto3_tag_list(dict(wanted.tags)),
        aws_retry=True,
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def _settings(port: int, listener: Listener) -> dict[str, Any]:
    if listener.forwards_to == "":
        redirect = {"Protocol": "HTTPS", "Port": str(HTTPS), "StatusCode": "HTTP_301"}
        return {
            "Protocol": "HTTP",
            "Port": port,
            "DefaultActions": [{"Type": "redirect", "RedirectConfig": redirect}],
        }
    return {
        "Protocol": "HTTPS",
        "Port": port,
        "SslPolicy": listener.ssl_policy,
        "Certificates": [{"CertificateArn": listener.certificate_arn}],
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": listener.forwards_to}],
    }


@aws_call("create listener {port} of {arn}")
@unless_new(NEW)
def create_listener(client: Any, arn: str, port: int, listener: Listener, tags: Mapping[str, str]) -> None:
    boto3_tags = ansible_dict_to_boto3_tag_list(dict(tags))
    client.create_listener(LoadBalancerArn=arn, Tags=boto3_tags, aws_retry=True, **_settings(port, listener))


@aws_call("modify listener {arn}")
def modify_listener(client: Any, arn: str, port: int, listener: Listener) -> None:
    client.modify_listener(ListenerArn=arn, aws_retry=True, **_settings(port, listener))


@aws_call("get the web ACL of {arn}")
def web_acl(client: Any, arn: str) -> str | None:
    """Its ARN. https://docs.aws.amazon.com/waf/latest/APIReference/API_GetWebACLForResource.html"""
    found = client.get_web_acl_for_resource(ResourceArn=arn, aws_retry=True).get("WebACL")
    return found["ARN"] if found else None


@aws_call("associate web ACL {acl_arn}")
def set_web_acl(client: Any, arn: str, acl_arn: str) -> None:
    client.associate_web_acl(WebACLArn=acl_arn, ResourceArn=arn, aws_retry=True)


@aws_call("disassociate the web ACL of {arn}")
def unset_web_acl(client: Any, arn: str) -> None:
    client.disassociate_web_acl(ResourceArn=arn, aws_retry=True)
