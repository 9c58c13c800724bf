# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Egress profiles as the reverse proxies read them: a parameter each. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, SIDE, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import ROLE_TAG, Desired

ROLE = "reverse_proxy_asg"
DESTINATION_KEYS = ("name", "host", "ports", "plain_http")


def desired(params: Mapping[str, Any]) -> Desired:
    path = f"/twoway/{params['link']}/reverse-proxy/profiles"
    present = params["state"] == "present"
    tags = {str(key): str(value) for key, value in (params["tags"] or {}).items()}
    return Desired(
        link=params["link"],
        path=path,
        owner=Owner(link=params["link"], side=params["side"]),
        present=present,
        purge=params["purge"],
        parameters={f"{path}/{one['port']}": profile_text(one) for one in params["profiles"] if _read(one)}
        if present
        else {},
        tags={**tags, LINK: params["link"], SIDE: params["side"], ROLE_TAG: ROLE},
        unknown=(),
        is_revised=False,  # a few parameters, which the proxies read whole
    )


def _read(profile: Mapping[str, Any]) -> bool:
    """Whether the proxies have anything to do with it: what is reached past them is none of their business."""
    return bool(profile["destinations"])


def profile_text(profile: Mapping[str, Any]) -> str:
    """The same text for the same profile, whatever order its parts came in."""
    destinations = [{key: api[key] for key in DESTINATION_KEYS} for api in profile["destinations"]]
    return json.dumps(
        {
            "services": sorted(profile["services"]),
            "destinations": sorted(destinations, key=lambda api: api["name"]),
        },
        sort_keys=True,
        separators=(",", ":"),
    )
