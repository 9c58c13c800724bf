# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reads what AWS tells one at a time: where a fingerprint is not the wanted one, or all of it. PRIVATE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import in_parallel
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    current,
    ecs_api,
    elb_api,
    logs_api,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.finds import Finds
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_balancing import (
    DEFAULT_ATTRIBUTES,
    attributes_text,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles import api as iam_api

Find = tuple[str, m.Slot, m.Resource]
Look = Callable[[], tuple[str, m.Slot, m.Resource]]


class CloseReader:
    """`full` asks for everything; else a fingerprint that is the wanted one is believed."""

    def __init__(self, wish: Wish, connect: Connect) -> None:
        self._wish = wish
        self._full = wish.full
        self._elb, self._ecs, self._logs, self._iam = (connect(name) for name in ("elbv2", "ecs", "logs", "iam"))

    def look(self, finds: Finds) -> None:
        """All at once; what is found so takes the place of what was found in bulk."""
        looks = [*self._definitions(finds), *self._roles(finds), *self._attributes(finds), *self._log_groups(finds)]
        for found in in_parallel(lambda look: look(), looks):
            finds.exchange(*found)
        if self._full:
            self._distrust(finds)

    def _wanted(self, service: str, place: m.Slot) -> m.Resource | None:
        wanted = self._wish.services.get(service)
        return wanted.resources.get(place) if wanted else None

    def _definitions(self, finds: Finds) -> Iterator[Look]:
        """The settings of the live revision. Where the fingerprint is the wanted one, so are they."""
        for service, place, found in list(finds.of_kind(m.TASK_DEFINITION)):
            wanted = self._wanted(service, place)
            live = finds.first(service, m.slot(m.ECS_SERVICE, place[1]))
            if wanted is None or live is None:
                continue
            if not self._full and live.settings["task_definition"] == fingerprint(wanted.settings):
                finds.exchange(service, place, replace(found, settings=wanted.settings))
                continue
            arn = live.facts["task_definition_arn"]
            yield lambda find=(service, place, found), arn=arn: self._definition(find, arn)

    def _definition(self, find: Find, arn: str) -> Find:
        service, place, found = find
        live, _tags = ecs_api.describe_task_definition(self._ecs, arn)
        return service, place, replace(found, settings=current.task_definition(live) if live else {})

    def _distrust(self, finds: Finds) -> None:
        """What an ECS service runs is what its revision says, whatever the tag does."""
        for service, place, found in list(finds.of_kind(m.ECS_SERVICE)):
            definition = finds.first(service, m.slot(m.TASK_DEFINITION, place[1]))
            if definition and definition.settings:
                settings = {**found.settings, "task_definition": fingerprint(definition.settings)}
                finds.exchange(service, place, replace(found, settings=settings))

    def _roles(self, finds: Finds) -> Iterator[Look]:
        for kind in m.ROLES:
            for service, place, found in list(finds.of_kind(kind)):
                wanted = self._wanted(service, place)
                if wanted is None:
                    continue
                if not self._full and found.facts["print"] == wanted.facts["print"]:
                    finds.exchange(service, place, replace(found, settings=wanted.settings))
                    continue
                yield lambda find=(service, place, found): self._role(find)

    def _role(self, find: Find) -> Find:
        """Policies of others that hang on it are no policies of ours, and so a difference."""
        service, place, found = find
        names = iam_api.policy_names(self._iam, found.name)
        policies: dict[str, Any] = {name: iam_api.policy(self._iam, found.name, name) for name in names}
        policies |= dict.fromkeys(iam_api.attached(self._iam, found.name), "attached")
        tags = boto3_tag_list_to_ansible_dict(iam_api.tags(self._iam, found.name))
        return service, place, replace(found, settings={**found.settings, "policies": policies}, tags=tags)

    def _attributes(self, finds: Finds) -> Iterator[Look]:
        for find in list(finds.of_kind(m.TARGET_GROUP)) if self._full else ():
            yield lambda find=find: self._attribute(find)

    def _attribute(self, find: Find) -> Find:
        service, place, found = find
        live = elb_api.get_attributes(self._elb, found.arn or "")
        ours = {key: value for key, value in live.items() if key in DEFAULT_ATTRIBUTES}
        text = attributes_text(_counting(ours))
        # A tag that says something else than the attributes do has to be written again too.
        text = text if text == found.settings["attributes"] else f"{text} (recorded: {found.settings['attributes']})"
        return service, place, replace(found, settings={**found.settings, "attributes": text})

    def _log_groups(self, finds: Finds) -> Iterator[Look]:
        for find in list(finds.of_kind(m.LOG_GROUP)) if self._full else ():
            yield lambda find=find: self._log_group(find)

    def _log_group(self, find: Find) -> Find:
        service, place, found = find
        return service, place, replace(found, tags=logs_api.log_group_tags(self._logs, found.arn or ""))


def _counting(attributes: Mapping[str, str]) -> dict[str, str]:
    """Without those that mean nothing while stickiness is off, or is of the other type: AWS keeps their last values."""
    kind = attributes.get("stickiness.type") if attributes.get("stickiness.enabled") == "true" else None
    other = {"lb_cookie": "app_cookie", "app_cookie": "lb_cookie"}
    silent = [other[kind]] if kind in other else ["lb_cookie", "app_cookie", "type"]
    return {key: value for key, value in attributes.items() if not any(f"stickiness.{word}" in key for word in silent)}
