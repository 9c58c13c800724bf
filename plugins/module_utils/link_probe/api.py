# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS's and CloudWatch Logs' calls for a task that runs once. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

TASKS_AT_ONCE = 100  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ResourceNotFoundException")


@aws_call("run task of {request[taskDefinition]}")
def run_task(ecs: Any, request: Mapping[str, Any], tags: list[dict[str, str]]) -> dict[str, Any]:
    """The answer: `tasks`, and `failures` for what found no place."""
    return ecs.run_task(tags=tags, aws_retry=True, **request)


@aws_call("read tasks of {cluster}")
def describe_tasks(ecs: Any, cluster: str, arns: Sequence[str]) -> list[dict[str, Any]]:
    """At most TASKS_AT_ONCE; without those that AWS does not know everywhere yet."""
    return ecs.describe_tasks(cluster=cluster, tasks=list(arns), aws_retry=True)["tasks"]


@aws_call("stop task {arn}")
def stop_task(ecs: Any, cluster: str, arn: str, reason: str) -> None:
    ecs.stop_task(cluster=cluster, task=arn, reason=reason, aws_retry=True)


@Gone.list_error_handler("read log stream {stream}", default_value=[])
def log_lines(logs: Any, group: str, stream: str) -> list[str]:
    """All lines so far; none while the stream is not there. The end is where the token stays the same."""
    lines, request, seen = [], {"logGroupName": group, "logStreamName": stream, "startFromHead": True}, None
    while True:
        answer = logs.get_log_events(aws_retry=True, **request)
        lines += [event["message"] for event in answer["events"]]
        if answer["nextForwardToken"] == seen:
            return lines
        seen = request["nextToken"] = answer["nextForwardToken"]
