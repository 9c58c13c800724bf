# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections as they are, for the _info module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection import api
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import Connection


def show_connections(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """Of all the account's services, or of one; whatever else is given narrows the list."""
    wanted = {str(key): str(value) for key, value in (params["connection_tags"] or {}).items()}

    def chosen(one: Connection) -> bool:
        return (
            one.service_id in (params["service_id"] or one.service_id,)
            and one.endpoint_id in (params["endpoint_ids"] or (one.endpoint_id,))
            and one.owner_id in (params["owner_ids"] or (one.owner_id,))
            and one.state in (params["states"] or (one.state,))
            and wanted.items() <= one.tags.items()
        )

    service_id = params["service_id"]
    found = api.list_of_services(connect("ec2"), [service_id] if service_id else ())
    return {"endpoint_connections": found.where(chosen).as_result()}
