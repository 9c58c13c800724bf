# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes changes of a service's log group. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import logs_api
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Verbs, Workbench


class LogHand:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._logs = bench.connect("logs")

    def verbs(self) -> Verbs:
        return {
            ("create", m.LOG_GROUP): self._create,
            ("modify", m.LOG_GROUP): self._set_retention,
            ("tag", m.LOG_GROUP): self._tag,
            ("delete", m.LOG_GROUP): self._delete,
        }

    def _create(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        logs_api.create_log_group(self._logs, resource.name, resource.tags)
        logs_api.set_retention(self._logs, resource.name, resource.settings["retention_days"])

    def _set_retention(self, values: Mapping[str, Any]) -> None:
        self._refuse_stranger(values)
        resource = values["resource"]
        logs_api.set_retention(self._logs, resource.name, resource.settings["retention_days"])

    def _tag(self, values: Mapping[str, Any]) -> None:
        self._refuse_stranger(values)
        logs_api.set_tags(self._logs, values["arn"], values["tags"])

    def _delete(self, values: Mapping[str, Any]) -> None:
        if values["resource"].tags is None:  # nobody has asked yet
            self._refuse_stranger(values)
        logs_api.delete_log_group(self._logs, values["resource"].name)

    def _refuse_stranger(self, values: Mapping[str, Any]) -> None:
        tags = logs_api.log_group_tags(self._logs, values["arn"])
        self._bench.refuse_stranger(f"log group {values['resource'].name}", tags)
