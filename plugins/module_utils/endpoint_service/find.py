# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Our endpoint services among all of an account's."""

from __future__ import annotations

from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import api


def find_services(
    ec2: Any, owner: Owner, *, name: str | None = None, service_id: str | None = None
) -> list[dict[str, Any]]:
    """Those that are not deleted and carry the owner's tags, as AWS describes them; narrowed to a name or an id.

    The filters save pages. What they let through is looked at again, since not every emulation filters.
    """
    filters = owner.filters()
    if name is not None:
        filters.append({"Name": f"tag:{NAME}", "Values": [name]})
    items = api.list_services(ec2, ids=[service_id] if service_id else (), filters=filters)
    return [item for item in items if _is_ours(item, owner, name)]


def _is_ours(item: dict[str, Any], owner: Owner, name: str | None) -> bool:
    tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
    return owner.owns(tags) and name in (None, tags.get(NAME)) and item["ServiceState"] != "Deleted"
