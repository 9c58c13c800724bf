# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS's calls for clusters. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ClusterNotFoundException")


def _settings(container_insights: bool) -> list[dict[str, str]]:
    return [{"name": "containerInsights", "value": "enabled" if container_insights else "disabled"}]


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]


@aws_call("describe cluster {name}")
def describe(client: Any, name: str) -> dict[str, Any] | None:
    """None also for a deleted cluster, which ECS goes on describing as INACTIVE."""
    found = client.describe_clusters(clusters=[name], include=["TAGS", "SETTINGS"], aws_retry=True)["clusters"]
    return next((item for item in found if item["status"] != "INACTIVE"), None)


@aws_call("create cluster {name}")
def create(client: Any, name: str, container_insights: bool, tags: Mapping[str, str]) -> None:
    client.create_cluster(clusterName=name, settings=_settings(container_insights), tags=_tags(tags), aws_retry=True)


@aws_call("update cluster {name}")
def update(client: Any, name: str, container_insights: bool) -> None:
    client.update_cluster(cluster=name, settings=_settings(container_insights), aws_retry=True)


@aws_call("tag {arn}")
def set_tags(client: Any, arn: str, tags: Mapping[str, str]) -> None:
    client.tag_resource(resourceArn=arn, tags=_tags(tags), aws_retry=True)


@aws_call("untag {arn}")
def unset_tags(client: Any, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceArn=arn, tagKeys=keys, aws_retry=True)


@Missing.deletion_error_handler("delete cluster {name}")
def delete(client: Any, name: str) -> bool:
    client.delete_cluster(cluster=name, aws_retry=True)
    return True
