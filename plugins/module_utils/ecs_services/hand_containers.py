# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes changes of a service's task definitions and ECS services. PRIVATE to the collection."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current, ecs_api, request
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.registering import ours_of, register
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Verbs, Workbench


class ContainerHand:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._ecs = bench.connect("ecs")

    def verbs(self) -> Verbs:
        return {
            ("register", m.TASK_DEFINITION): self._register,
            ("delete", m.TASK_DEFINITION): self._forget_family,
            ("create", m.ECS_SERVICE): self._create_service,
            ("modify", m.ECS_SERVICE): self._modify_service,
            ("tag", m.ECS_SERVICE): self._tag_ecs,
            ("drain", m.ECS_SERVICE): self._drain_service,
            ("delete", m.ECS_SERVICE): self._delete_service,
        }

    def _register(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        self._bench.arns[values["slot"]] = register(self._bench.connect, resource.settings, resource.tags)

    def _forget_family(self, values: Mapping[str, Any]) -> None:
        owner = Owner(link=self._bench.place.link, side=self._bench.place.side)
        arns = ours_of(self._ecs, ecs_api.list_task_definitions(self._ecs, values["resource"].name), owner)
        for arn in arns:
            ecs_api.deregister_task_definition(self._ecs, arn)
        for part in chunks(arns, ecs_api.DEFINITIONS_DELETED):
            ecs_api.delete_task_definitions(self._ecs, part)

    def _create_service(self, values: Mapping[str, Any]) -> None:
        resource, variant = values["resource"], values["slot"][1]
        if values.get("drain_first"):
            self._until_gone(resource.name)
        definition = self._bench.arns[m.slot(m.TASK_DEFINITION, variant)]
        tags = {**resource.tags, m.TASK_DEFINITION_TAG: self._definition_tag(resource, definition)}
        group = self._bench.arns[m.slot(m.TARGET_GROUP, variant)]
        settings = request.new_service(self._bench.place.cluster, resource, group, tags, token=uuid.uuid4().hex)
        self._bench.arns[values["slot"]] = ecs_api.create_service(self._ecs, {**settings, "taskDefinition": definition})

    def _until_gone(self, name: str) -> None:
        def status() -> str:
            found = ecs_api.describe_services(self._ecs, self._bench.place.cluster, [name])
            return found[0]["status"] if found else "INACTIVE"

        self._bench.until(status, lambda word: Verdict(settled=word == "INACTIVE", note=word.lower()), name)

    def _definition_tag(self, resource: m.Resource, definition: str) -> str:
        return current.task_definition_tag(definition, resource.settings["task_definition"])

    def _modify_service(self, values: Mapping[str, Any]) -> None:
        """The tag goes first: killed in between, it speaks of a revision that is not live, and is not believed."""
        resource, keys, variant = values["resource"], values["keys"], values["slot"][1]
        settings = request.changed_service(resource, self._bench.arns[m.slot(m.TARGET_GROUP, variant)], keys)
        if "task_definition" in keys:
            definition = self._bench.arns[m.slot(m.TASK_DEFINITION, variant)]
            tag = {m.TASK_DEFINITION_TAG: self._definition_tag(resource, definition)}
            ecs_api.set_tags(self._ecs, values["arn"], tag)
            settings["taskDefinition"] = definition
        ecs_api.update_service(self._ecs, self._bench.place.cluster, resource.name, settings)

    def _tag_ecs(self, values: Mapping[str, Any]) -> None:
        ecs_api.set_tags(self._ecs, values["arn"], values["tags"])

    def _drain_service(self, values: Mapping[str, Any]) -> None:
        ecs_api.drain_or_delete(self._ecs, self._bench.place.cluster, values["resource"].name)

    def _delete_service(self, values: Mapping[str, Any]) -> None:
        ecs_api.delete_service(self._ecs, self._bench.place.cluster, values["resource"].name)
        self._until_gone(values["resource"].name)
