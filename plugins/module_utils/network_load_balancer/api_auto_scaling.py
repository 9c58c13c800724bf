# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Auto Scaling's calls: which groups register their instances with a target group. Nothing else of them is ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_message
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, pages


class AutoScalingGroups(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        # A ValidationError like any other, but for its words.
        return is_boto3_error_message("AutoScalingGroup name not found")


@aws_call("list Auto Scaling groups")
def list_groups(autoscaling: Any, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Those of the names that exist; all of the account and region when no name is given."""
    request = {"AutoScalingGroupNames": list(names)} if names else {}
    return list(pages(autoscaling.describe_auto_scaling_groups, "AutoScalingGroups", **request))


@aws_call("attach {target_group_arn} to {name}")
def attach(autoscaling: Any, name: str, target_group_arn: str) -> None:
    autoscaling.attach_load_balancer_target_groups(
        AutoScalingGroupName=name, TargetGroupARNs=[target_group_arn], aws_retry=True
    )


@AutoScalingGroups.deletion_error_handler("detach {target_group_arn} from {name}")
def detach(autoscaling: Any, name: str, target_group_arn: str) -> None:
    autoscaling.detach_load_balancer_target_groups(
        AutoScalingGroupName=name, TargetGroupARNs=[target_group_arn], aws_retry=True
    )
