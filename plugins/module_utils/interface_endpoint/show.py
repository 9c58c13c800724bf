# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoints of any type and state, for the _info module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import MOST_FILTER_VALUES, Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api, api_ground
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    Endpoint,
    Endpoints,
)

# Our option -> EC2's filter, and what it filters by.
FILTERS = {
    "vpc_id": ("vpc-id", lambda one: one.vpc_id),
    "endpoint_ids": ("vpc-endpoint-id", lambda one: one.endpoint_id),
    "service_names": ("service-name", lambda one: one.service_name),
    "types": ("vpc-endpoint-type", lambda one: one.type),
    "states": ("vpc-endpoint-state", lambda one: one.state),
}


def show_endpoints(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """Those that match all that is given, each with its addresses."""
    ec2 = connect("ec2")
    tags = {str(key): str(value) for key, value in (params["tags"] or {}).items()}
    if params["name"] is not None:
        tags[NAME] = params["name"]
    wanted = {option: _values(params[option]) for option in FILTERS if params[option] not in (None, "")}
    if [] in wanted.values():
        return {"interface_endpoints": []}
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(tags.items())]
    for option, values in wanted.items():
        if len(values) <= MOST_FILTER_VALUES:
            filters.append({"Name": FILTERS[option][0], "Values": values})
    found = [one for one in api.list_endpoints(ec2, filters) if _matches(one, tags, wanted)]
    interfaces = api_ground.list_interfaces(ec2, {one for endpoint in found for one in endpoint.network_interface_ids})
    located = [one.at(interfaces, one.subnet_ids) for one in found]
    return {"interface_endpoints": [one.as_result() for one in Endpoints.of(located).items]}


def _matches(endpoint: Endpoint, tags: Mapping[str, str], wanted: Mapping[str, list[str]]) -> bool:
    """Once more by ourselves: EC2's filters take * and ? for wildcards."""
    return all(endpoint.tags.get(key) == value for key, value in tags.items()) and all(
        FILTERS[option][1](endpoint) in values for option, values in wanted.items()
    )


def _values(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
