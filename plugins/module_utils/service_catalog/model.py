# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The catalogue: what the service proxies of a link read. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE, Owner

ROLE_TAG = "privatelink:role"
ROLE = "service_proxy"
SERVICE_KEYS = ("name", "host", "path", "port", "version")


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Parameters by name, as the JSON texts they hold. `foreign` are those under our path without our tags."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()

    def as_diff(self) -> dict[str, Any]:
        return {name: _readable(text) for name, text in sorted(self.parameters.items())}


def _readable(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What the task asks for."""

    link: str
    path: str
    owner: Owner
    present: bool
    purge: bool
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    unknown: tuple[str, ...]

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        path = f"/twoway/{params['link']}/catalog"
        present = params["state"] == "present"
        unknown = {key: params[key] for key in ("endpoint_dns", "ca_pem")} if present else {}
        return cls(
            link=params["link"],
            path=path,
            owner=Owner(link=params["link"], side=params["side"]),
            present=present,
            purge=params["purge"],
            parameters=_parameters(path, params) if present else {},
            tags={
                **{str(key): str(value) for key, value in (params["tags"] or {}).items()},
                LINK: params["link"],
                SIDE: params["side"],
                ROLE_TAG: ROLE,
            },
            unknown=unknown_options(**unknown),
        )

    def tags_for(self, name: str) -> dict[str, str]:
        return {**self.tags, NAME: name}


def _parameters(path: str, params: Mapping[str, Any]) -> dict[str, str]:
    link = {
        "domain": params["domain"],
        "endpoint_dns": known(params["endpoint_dns"]),
        "endpoint_zonal_dns": dict(params["endpoint_zonal_dns"] or {}),
        "ca_pem": params["ca_pem"],
    }
    services = {
        f"{path}/services/{service['name']}": {key: service.get(key) for key in SERVICE_KEYS}
        for service in params["services"]
    }
    return {name: _text(value) for name, value in {f"{path}/link": link, **services}.items()}


def _text(value: Any) -> str:
    """The same text for the same value, whatever order its keys came in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
