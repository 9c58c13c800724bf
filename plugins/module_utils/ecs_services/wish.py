# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks for, as the resources it takes. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    wanted_balancing,
    wanted_containers,
    wanted_roles,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The whole task. `full` reads what AWS tells one at a time, instead of believing tags."""

    place: Place
    shards: tuple[m.Shard, ...]
    services: Mapping[str, m.Service]
    limits: Mapping[str, int]
    present: bool
    purge: bool
    purge_logs: bool
    full: bool
    wait: bool
    wait_timeout: float
    unknown: tuple[str, ...]

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str, partition: str = "aws") -> Wish:
        place = Place.from_params(params, region, partition)
        present = params["state"] == "present"
        entries = service_catalog(params["services"], params["link_domain"]) if present else []
        return cls(
            place=place,
            shards=tuple(
                m.Shard(number=shard["number"], listener_arn=known(shard["listener_arn"]), port=shard["port"])
                for shard in params["shards"] or ()
            ),
            services={entry["name"]: wanted_service(place, entry) for entry in entries},
            limits=limits(params["quotas"]),
            present=present,
            purge=params["purge_services"],
            purge_logs=params["purge_logs"] or not present,
            full=params["verify_live"] == "full",
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
            unknown=_unknown(params) if present and entries else (),
        )


def _unknown(params: Mapping[str, Any]) -> tuple[str, ...]:
    return unknown_options(
        vpc_id=params["vpc_id"],
        subnet_ids=params["subnet_ids"] or (None,),
        security_group_ids=params["security_group_ids"] or (None,),
        outbound=[
            group for given in (params["outbound"] or {}).values() for group in given.get("security_group_ids") or ()
        ],
        execution_role_arn=params["execution_role_arn"],
        shards=[shard["listener_arn"] for shard in params["shards"] or ()] or (None,),
    )


def wanted_service(place: Place, entry: Mapping[str, Any]) -> m.Service:
    """Every resource a complete entry takes, by slot."""
    images = {m.STABLE: entry["image"]}
    if entry["canary"]:
        images[m.CANARY] = entry["canary"]["image"]
    resources = {
        m.slot(m.LOG_GROUP): wanted_containers.log_group(place, entry),
        m.slot(m.RULE): wanted_balancing.rule(place, entry),
        **wanted_roles.roles(place, entry),
    }
    for variant, image in images.items():
        definition = wanted_containers.task_definition(place, entry, variant, image)
        resources[m.slot(m.TARGET_GROUP, variant)] = wanted_balancing.target_group(place, entry, variant)
        resources[m.slot(m.TASK_DEFINITION, variant)] = definition
        resources[m.slot(m.ECS_SERVICE, variant)] = wanted_containers.ecs_service(place, entry, variant, definition)
    if wanted_containers.is_scaled(entry):
        resources[m.slot(m.SCALING)] = wanted_containers.scaling(place, entry)
    return m.Service(name=entry["name"], resources=resources, entry=entry)
