# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The catalogue: what the service proxies of a link read. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import ca_of, together

ROLE_TAG = "privatelink:role"
ROLE = "service_proxy"
SERVICE_KEYS = ("name", "host", "path", "port", "version", "health_check", "canary")
CANARIES = "canaries"
REVISION = "revision"
# Of one parameter, in the advanced tier:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
MOST_CHARACTERS = 8192


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
    is_revised: bool = True
    # CA certificates that the link's parameter gains, if it is there, and whether it keeps those not wanted any more.
    trust: str | None = None
    keeps_trust: bool = False

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
            keeps_trust=present and not params.get("purge_ca", True),
        )

    @property
    def link_parameter(self) -> str:
        return f"{self.path}/link"

    def wanted(self, found: Mapping[str, str]) -> Mapping[str, str]:
        """The parameters as they are to be, where these are there."""
        name = self.link_parameter
        if name not in found:
            return self.parameters
        if self.trust is not None:
            return {**self.parameters, name: trusting(found[name], self.trust)}
        if self.keeps_trust:
            return {**self.parameters, name: trusting(self.parameters[name], ca_of(found[name]))}
        return self.parameters

    @property
    def revision(self) -> str | None:
        """The parameter that changes whenever another one has: proxies of many services look at it and at no other."""
        return f"{self.path}/{REVISION}" if self.is_revised else None

    def following(self, parameters: Mapping[str, str], before: str | None, has_changes: bool) -> str:
        """The revision of these parameters; another one than before whenever something was changed."""
        told = (REVISION, CANARIES)
        content = _digest(_text({n: t for n, t in parameters.items() if n.split("/")[4] not in told}))
        if before and before.partition(".")[0] == content and not has_changes:
            return before
        return f"{content}.{_digest(before or '')}"

    def keeps(self, name: str) -> bool:
        """A canary's parameter is whoever's who moves its weights, for as long as its service is listed."""
        service = name.removeprefix(f"{self.path}/{CANARIES}/")
        return service != name and f"{self.path}/services/{service}" in self.parameters

    def tags_for(self, name: str) -> dict[str, str]:
        return {**self.tags, NAME: name}


def _parameters(path: str, params: Mapping[str, Any]) -> dict[str, str]:
    link = link_text(
        domain=params["domain"],
        endpoint_dns=known(params["endpoint_dns"]),
        endpoint_zonal_dns=params["endpoint_zonal_dns"] or {},
        ca_pem=params["ca_pem"],
    )
    services = {f"{path}/services/{service['name']}": service_text(service) for service in params["services"]}
    return {f"{path}/link": link, **services}


def link_text(*, domain: str, endpoint_dns: str | None, endpoint_zonal_dns: Mapping[str, str], ca_pem: str) -> str:
    """What the link's own parameter holds."""
    zonal = dict(endpoint_zonal_dns)
    return _text({"domain": domain, "endpoint_dns": endpoint_dns, "endpoint_zonal_dns": zonal, "ca_pem": ca_pem})


def trusting(link: str, more: str) -> str:
    """A text of the link whose bundle has these CA certificates too: as it is if it has them, or cannot be read."""
    has = ca_of(link)
    bundle = together(has, more)
    return link if not has or bundle == has else _text({**json.loads(link), "ca_pem": bundle})


def service_text(service: Mapping[str, Any]) -> str:
    """What a service's parameter holds."""
    return _text({key: service.get(key) for key in SERVICE_KEYS})


def canary_parameter(link: str, service: str) -> str:
    """Where a canary's state is told to the door while its plan runs; newer than what the service's entry says."""
    return f"/twoway/{link}/catalog/{CANARIES}/{service}"


def canary_text(*, version: str, weight: float, state: str) -> str:
    """`weight` is the percentage of requests, `state` the plan's word for where it is, in a-z and _."""
    return _text({"version": version, "weight": weight, "state": state})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    """The same text for the same value, whatever order its keys came in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
