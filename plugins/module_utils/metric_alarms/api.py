# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch's calls for alarms. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

NAMES_AT_ONCE = 100  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(["ResourceNotFound", "ResourceNotFoundException"])


@aws_call("describe alarms")
def describe(client: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """At most NAMES_AT_ONCE; those that are not there are left out."""
    request = {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm"], "MaxRecords": NAMES_AT_ONCE}
    return client.describe_alarms(aws_retry=True, **request)["MetricAlarms"]


@aws_call("read tags of {arn}")
def tags(client: Any, arn: str) -> dict[str, str]:
    return boto3_tag_list_to_ansible_dict(client.list_tags_for_resource(ResourceARN=arn, aws_retry=True)["Tags"])


@aws_call("create alarm {name}")
def create(client: Any, name: str, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
    client.put_metric_alarm(AlarmName=name, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True, **settings)


@aws_call("change alarm {name}")
def change(client: Any, name: str, settings: Mapping[str, Any]) -> None:
    """The whole of it: what is not given goes. Tags are taken for a new alarm only."""
    client.put_metric_alarm(AlarmName=name, aws_retry=True, **settings)


@aws_call("tag {arn}")
def set_tags(client: Any, arn: str, tags: Mapping[str, str]) -> None:
    client.tag_resource(ResourceARN=arn, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag {arn}")
def unset_tags(client: Any, arn: str, keys: Sequence[str]) -> None:
    client.untag_resource(ResourceARN=arn, TagKeys=list(keys), aws_retry=True)


@Missing.deletion_error_handler("delete alarms")
def delete(client: Any, names: Sequence[str]) -> bool:
    """AWS deletes none of them when one is not there."""
    client.delete_alarms(AlarmNames=list(names), aws_retry=True)
    return True
