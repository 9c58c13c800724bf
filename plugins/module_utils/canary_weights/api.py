# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The calls that a service's rule takes. PRIVATE to the collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    ELB_TOKENS,
    TAGGING_TOKENS,
    ErrorHandler,
    aws_call,
    pages,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import Health

PAGE = 400  # the most that DescribeRules gives at once
TAGGED_AT_ONCE = 20  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
GONE = ("RuleNotFound", "ListenerNotFound", "TargetGroupNotFound")
COMING = ("initial", "unused")  # registered a moment ago, or of a group that no rule used until now


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(GONE)


@aws_call("find load balancing resources tagged {tags}")
def find_tagged(tagging: Any, tags: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """All tags by ARN, of what carries these. It may be some seconds behind what was made or deleted just now.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    filters = [{"Key": key, "Values": [value]} for key, value in sorted(tags.items())]
    request = {"TagFilters": filters, "ResourceTypeFilters": ["elasticloadbalancing"]}
    items = pages(tagging.get_resources, "ResourceTagMappingList", TAGGING_TOKENS, **request)
    return {item["ResourceARN"]: boto3_tag_list_to_ansible_dict(item["Tags"]) for item in items}


@Gone.list_error_handler("list rules of {listener_arn}", default_value=[])
def list_rules(elb: Any, listener_arn: str) -> list[dict[str, Any]]:
    return list(pages(elb.describe_rules, "Rules", ELB_TOKENS, ListenerArn=listener_arn, PageSize=PAGE))


@aws_call("read tags of {arns}")
def read_tags(elb: Any, arns: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of any number of things that are there."""
    parts = [list(arns[start : start + TAGGED_AT_ONCE]) for start in range(0, len(arns), TAGGED_AT_ONCE)]
    items = [item for part in parts for item in elb.describe_tags(ResourceArns=part, aws_retry=True)["TagDescriptions"]]
    return {item["ResourceArn"]: boto3_tag_list_to_ansible_dict(item["Tags"]) for item in items}


@aws_call("read health of {target_group_arn}")
def read_health(elb: Any, target_group_arn: str) -> Health:
    answer = elb.describe_target_health(TargetGroupArn=target_group_arn, aws_retry=True)
    states = Counter(item["TargetHealth"]["State"] for item in answer["TargetHealthDescriptions"])
    coming = sum(states.pop(state, 0) for state in COMING)
    return Health(healthy=states.pop("healthy", 0), coming=coming, others=dict(sorted(states.items())))


@aws_call("modify rule {rule_arn}")
def modify_rule(elb: Any, rule_arn: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is not given stays. The answer is the rule as AWS now has it."""
    return elb.modify_rule(RuleArn=rule_arn, aws_retry=True, **settings)["Rules"][0]


@aws_call("create rule {priority} of {listener_arn}")
def create_rule(
    elb: Any, listener_arn: str, priority: int, settings: Mapping[str, Any], tags: Mapping[str, str]
) -> dict[str, Any]:
    tagged = {"Tags": ansible_dict_to_boto3_tag_list(dict(tags)), **settings}
    return elb.create_rule(ListenerArn=listener_arn, Priority=priority, aws_retry=True, **tagged)["Rules"][0]


@Gone.deletion_error_handler("delete rule {rule_arn}")
def delete_rule(elb: Any, rule_arn: str) -> None:
    elb.delete_rule(RuleArn=rule_arn, aws_retry=True)
