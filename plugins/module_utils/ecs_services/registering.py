# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Revisions of task definitions: registered once, and only ours forgotten. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._creating import made_once
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current, ecs_api


def ours_of(ecs: Any, arns: Iterable[str], owner: Owner) -> list[str]:
    """Of the revisions of a family, those that carry our tags: its name is anybody's to use."""
    return [arn for arn in arns if owner.owns(ecs_api.describe_task_definition(ecs, arn)[1])]


def register(connect: Connect, settings: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Its ARN. ECS takes no client token: where it did not say whether it did, its newest revision does."""

    def find() -> str | None:
        item, its_tags = ecs_api.describe_task_definition(connect("ecs"), settings["family"])
        same = its_tags == tags and current.task_definition(item) == current.task_definition(settings)
        return item["taskDefinitionArn"] if same else None

    return made_once(lambda: ecs_api.register_task_definition(connect("ecs", once=True), settings, tags), find)
