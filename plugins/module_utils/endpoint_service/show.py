# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoint services as they are, for the _info module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection import api as connection_api
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import Connections
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import api, notification_api
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService


def show_services(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """By name, ids and tags. Three paged lists for all of them, and one for each: AWS tells principals by service."""
    ec2 = connect("ec2")
    items = _chosen(params, ec2)
    ids = [item["ServiceId"] for item in items]
    connections = connection_api.list_of_services(ec2, ids) if ids else Connections()
    notifications = notification_api.list_by_service(ec2, ids) if ids else {}
    return {
        "endpoint_services": [
            _shown(
                EndpointService.from_boto(
                    item,
                    principals=api.list_principals(ec2, item["ServiceId"]),
                    connections=connections.where(lambda one, item=item: one.service_id == item["ServiceId"]),
                    notifications=notifications.get(item["ServiceId"], ()),
                )
            )
            for item in items
        ]
    }


def _chosen(params: Mapping[str, Any], ec2: Any) -> list[dict[str, Any]]:
    """The filters save pages. What they let through is looked at again, since not every emulation filters."""
    wanted = {str(key): str(value) for key, value in (params["tags"] or {}).items()}
    if params["name"] is not None:
        wanted[NAME] = params["name"]
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(wanted.items())]
    items = api.list_services(ec2, ids=params["service_ids"] or (), filters=filters)
    tagged = (
        item for item in items if wanted.items() <= {one["Key"]: one["Value"] for one in item.get("Tags", ())}.items()
    )
    return sorted(tagged, key=lambda item: item["ServiceId"])


def _shown(service: EndpointService) -> dict[str, Any]:
    return {**service.as_result(), "connections": service.connections.as_result()}
