# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether what a link writes into Parameter Store fits there, before the first write. PRIVATE; stdlib only.

The texts are made by the very functions that make those which are written. What only AWS can tell, as the names of an
endpoint that is not made yet, has the length that AWS gives it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._partitions import domain_of
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_containers import version_of
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.model import profile_text
from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import egress_profiles
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import (
    MOST_CHARACTERS,
    link_text,
    service_text,
    trusting,
)

SMALLER = "use fewer or smaller certificates: ECDSA, or RSA of 2048 bits"
# As in vpce-0fe5b17a0707d6abc-29p5708s.vpce-svc-04deb776dc2b8e67f.<region>.vpce.amazonaws.com
_ID, _SUFFIX = "0" * 17, "0" * 8
_PORT, _WEIGHT = 65535, 99.9  # of a service's entry, the longest that they can be


def check_door(public: Mapping[str, Any], zones: Mapping[str, str], published: str | None) -> list[Mistake]:
    """From the checked values of the public side. `zones` are its account's names of the zones by id.

    `published` is the link's parameter as it is.
    """
    return [*_certificate(public), *(_link(public, zones) or _trust(public, published))]


def check_lists(services: Sequence[Mapping[str, Any]], external_apis: Sequence[Mapping[str, Any]]) -> list[Mistake]:
    """From complete entries without mistakes."""
    return [*_services(services), *_profiles(services, external_apis)]


def certificate_text(certificate: str, private_key: str) -> str:
    """What service-proxy/tls holds, as the role's `to_json` writes it."""
    return json.dumps({"certificate_pem": certificate, "private_key_pem": private_key})


def _certificate(public: Mapping[str, Any]) -> Iterator[Mistake]:
    given = public.get("service_certificate") or {}
    if given.get("certificate") and given.get("private_key"):
        text = certificate_text(given["certificate"], given["private_key"])
        remedy = "use fewer intermediates, or ECDSA or RSA-2048 keys"
        yield from _too_long(text, "service_certificate", "its certificates and key, which the door reads", remedy)


def _link(public: Mapping[str, Any], zones: Mapping[str, str]) -> list[Mistake]:
    domain, ca, az_ids = (public.get(key) for key in ("link_domain", "service_ca_pem", "az_ids"))
    if not domain or not ca or not az_ids or None in az_ids:
        return []
    text = link_text(domain=domain, ca_pem=ca, **_names(public.get("region") or "", az_ids, zones))
    return list(_too_long(text, "service_ca_pem", "it and the names of the endpoint", SMALLER))


def _trust(public: Mapping[str, Any], published: str | None) -> list[Mistake]:
    """Until the load balancers show the new certificate the proxies have to trust both CAs."""
    ca = public.get("service_ca_pem")
    if not ca or published is None:
        return []
    what = "it, the names of the endpoint and the CAs that the service proxies trust until the certificate is changed"
    remedy = f"{SMALLER}; or take out first, in a run of its own, what is not needed any more"
    return list(_too_long(trusting(published, ca), "service_ca_pem", what, remedy))


def _names(region: str, az_ids: Sequence[str], zones: Mapping[str, str]) -> dict[str, Any]:
    """Names as long as those of the endpoint, which may not be there yet."""

    def name(zone: str = "") -> str:
        return f"vpce-{_ID}-{_SUFFIX}{zone}.vpce-svc-{_ID}.{region}.vpce.{domain_of(region)}"

    zonal = {zone: name(f"-{zones.get(zone) or region + 'a'}") for zone in az_ids}
    return {"endpoint_dns": name(), "endpoint_zonal_dns": zonal}


def _services(services: Sequence[Mapping[str, Any]]) -> Iterator[Mistake]:
    for index, entry in enumerate(services):
        check = {key: entry["health_check"][key] for key in ("path", "matcher")}
        canary = entry["canary"] and {"version": version_of(entry["canary"]["image"]), "weight": _WEIGHT}
        text = service_text(
            {**entry, "port": _PORT, "version": version_of(entry["image"]), "health_check": check, "canary": canary}
        )
        what = "its entry in the catalogue"
        yield from _too_long(text, f"services[{index}]", what, "shorten path, health_check.path or matcher")


def _profiles(services: Sequence[Mapping[str, Any]], apis: Sequence[Mapping[str, Any]]) -> Iterator[Mistake]:
    index = {entry["name"]: number for number, entry in enumerate(services)}
    for profile in egress_profiles(services, apis):
        if profile.destinations:
            first = min(index[name] for name in profile.services)
            yield from _too_long(
                profile_text(profile.as_dict()),
                f"services[{first}].outbound",
                f"the {len(profile.destinations)} external APIs of the profile and the names of the "
                f"{len(profile.services)} services that share it",
                "name fewer external APIs, or give some of the services another set of them",
            )


def _too_long(text: str, where: str, what: str, remedy: str) -> Iterator[Mistake]:
    if len(text) > MOST_CHARACTERS:
        yield Mistake(
            where=where,
            found=f"{len(text)} characters of JSON for {what}",
            allowed=f"{MOST_CHARACTERS}, the most that a parameter of Systems Manager holds",
            remedy=remedy,
        )
