# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ELBv2's calls on listeners."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    ELB_TOKENS,
    ErrorHandler,
    aws_call,
    pages,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import WantedListener

IDLE_TIMEOUT = "tcp.idle_timeout.seconds"
ATTRIBUTES = Feature(option="listeners[].tcp_idle_timeout", operation="ModifyListenerAttributes", since="1.35.11")
NEW = ("LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound")


class Listeners(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(("ListenerNotFound", "LoadBalancerNotFound"))


@Listeners.list_error_handler("list listeners of {arn}", default_value=[])
def list_listeners(elbv2: Any, arn: str) -> list[dict[str, Any]]:
    return list(pages(elbv2.describe_listeners, "Listeners", ELB_TOKENS, LoadBalancerArn=arn))


@Listeners.list_error_handler("list certificates of {arn}", default_value=[])
def list_certificates(elbv2: Any, arn: str) -> list[dict[str, Any]]:
    """The default one and the others; DescribeListeners tells the default one alone."""
    return list(pages(elbv2.describe_listener_certificates, "Certificates", ELB_TOKENS, ListenerArn=arn))


@aws_call("get attributes of {arn}")
def get_idle_timeout(elbv2: Any, arn: str) -> int | None:
    """None for a listener that has none."""
    answer = elbv2.describe_listener_attributes(ListenerArn=arn, aws_retry=True)
    return next((int(item["Value"]) for item in answer["Attributes"] if item["Key"] == IDLE_TIMEOUT), None)


@aws_call("create listener on port {wanted.port}")
@unless_new(NEW)
def create_listener(elbv2: Any, *, load_balancer_arn: str, wanted: WantedListener, target_group_arn: str) -> str:
    """Its ARN. A repeated request gives back what there is on the port."""
    answer = elbv2.create_listener(
        LoadBalancerArn=load_balancer_arn,
        Tags=ansible_dict_to_boto3_tag_list(wanted.tags),
        aws_retry=True,
        **_request(wanted, target_group_arn),
    )
    return answer["Listeners"][0]["ListenerArn"]


@aws_call("modify listener {arn}")
def modify_listener(elbv2: Any, *, arn: str, wanted: WantedListener, target_group_arn: str) -> None:
    elbv2.modify_listener(ListenerArn=arn, aws_retry=True, **_request(wanted, target_group_arn))


def _request(wanted: WantedListener, target_group_arn: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        "Port": wanted.port,
        "Protocol": wanted.protocol,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": target_group_arn}],
    }
    if wanted.secure:
        request |= {"Certificates": _certificates(wanted.certificate_arns[:1]), "SslPolicy": wanted.ssl_policy}
    if wanted.alpn_policy:
        request["AlpnPolicy"] = [wanted.alpn_policy]
    return request


@aws_call("add certificates to {arn}")
@unless_new(NEW)
def add_certificates(elbv2: Any, arn: str, certificate_arns: Iterable[str]) -> None:
    elbv2.add_listener_certificates(ListenerArn=arn, Certificates=_certificates(certificate_arns), aws_retry=True)


@Listeners.deletion_error_handler("remove certificates from {arn}")
def remove_certificates(elbv2: Any, arn: str, certificate_arns: Iterable[str]) -> None:
    elbv2.remove_listener_certificates(ListenerArn=arn, Certificates=_certificates(certificate_arns), aws_retry=True)


def _certificates(arns: Iterable[str]) -> list[dict[str, str]]:
    return [{"CertificateArn": arn} for arn in arns]


@aws_call("set idle timeout of {arn}")
@unless_new(NEW)
def set_idle_timeout(elbv2: Any, arn: str, seconds: int) -> None:
    attributes = [{"Key": IDLE_TIMEOUT, "Value": str(seconds)}]
    elbv2.modify_listener_attributes(ListenerArn=arn, Attributes=attributes, aws_retry=True)


@Listeners.deletion_error_handler("delete listener {arn}")
def delete_listener(elbv2: Any, arn: str) -> None:
    elbv2.delete_listener(ListenerArn=arn, aws_retry=True)
