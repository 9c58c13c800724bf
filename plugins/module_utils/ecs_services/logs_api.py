# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch Logs' calls on log groups. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

PAGE = 50  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ResourceNotFoundException")


class There(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ResourceAlreadyExistsException")


@aws_call("list log groups {prefix}*")
def list_log_groups(logs: Any, prefix: str) -> list[dict[str, Any]]:
    groups, request = [], {"logGroupNamePrefix": prefix, "limit": PAGE}
    while True:
        answer = logs.describe_log_groups(aws_retry=True, **request)
        groups += answer["logGroups"]
        if not answer.get("nextToken"):
            return groups
        request["nextToken"] = answer["nextToken"]


@There.list_error_handler("create log group {name}")
def create_log_group(logs: Any, name: str, tags: Mapping[str, str]) -> None:
    """Fine when it is there already: a task may have been quicker, or the answer of a first try got lost."""
    logs.create_log_group(logGroupName=name, tags=dict(tags), aws_retry=True)


@aws_call("set retention of log group {name}")
def set_retention(logs: Any, name: str, days: int) -> None:
    logs.put_retention_policy(logGroupName=name, retentionInDays=days, aws_retry=True)


@Gone.list_error_handler("read tags of log group {arn}", default_value={})
def log_group_tags(logs: Any, arn: str) -> dict[str, str]:
    return logs.list_tags_for_resource(resourceArn=arn, aws_retry=True)["tags"]


@aws_call("tag log group {arn}")
def set_tags(logs: Any, arn: str, tags: Mapping[str, str]) -> None:
    logs.tag_resource(resourceArn=arn, tags=dict(tags), aws_retry=True)


@aws_call("untag log group {arn}")
def unset_tags(logs: Any, arn: str, keys: Sequence[str]) -> None:
    logs.untag_resource(resourceArn=arn, tagKeys=list(keys), aws_retry=True)


@Gone.deletion_error_handler("delete log group {name}")
def delete_log_group(logs: Any, name: str) -> None:
    logs.delete_log_group(logGroupName=name, aws_retry=True)
