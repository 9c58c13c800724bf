# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes changes of a service's scaling. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import request, scaling_api
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Verbs, Workbench


class ScalingHand:
    def __init__(self, bench: Workbench, listener_arn: str | None) -> None:
        self._bench = bench
        self._scaling = bench.connect("application-autoscaling")
        self._listener_arn = listener_arn

    def verbs(self) -> Verbs:
        return {
            ("create", m.SCALING): self._put,
            ("modify", m.SCALING): self._put,
            ("delete", m.SCALING): self._delete,
        }

    def _put(self, values: Mapping[str, Any]) -> None:
        """Registering again what is registered changes its bounds alone."""
        resource = values["resource"]
        scaling_api.register(self._scaling, resource.name, resource.settings["min"], resource.settings["max"])
        group = self._bench.arns[m.slot(m.TARGET_GROUP, m.STABLE)]
        label = request.request_label(self._listener_arn or "", group)
        for name in values["put"]:
            policy = request.scaling_policy(name, resource.name, resource.settings["policies"][name], label)
            scaling_api.put_policy(self._scaling, policy)
        for name in values["delete"]:
            scaling_api.delete_policy(self._scaling, resource.name, name)

    def _delete(self, values: Mapping[str, Any]) -> None:
        """Its policies and their alarms go with it."""
        scaling_api.deregister(self._scaling, values["resource"].name)
