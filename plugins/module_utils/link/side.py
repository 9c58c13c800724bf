# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One side of a link: its variables, checked. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import check_fields
from ansible_collections.twoway.privatelink.plugins.module_utils.link.existing import VARIABLE, check_existing
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import check_external_apis
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fleet_size import check_size
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits_with
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake, nearest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.place import cut_of
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import check_published
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import check_services
from ansible_collections.twoway.privatelink.plugins.module_utils.link.variables import (
    ALL_VARIABLES,
    GROUP_VARIABLES,
    OF_SIDE,
    SIDE_VARIABLES,
)

# Variables of the role service_proxy that only make sense together.
PUBLIC_DOOR, PUBLIC_CERTIFICATE = "service_proxy_public", "service_proxy_public_certificate_arn"
LIKELY_SLIP = 0.85  # an operator's own variable may have any name; only a near miss is taken for a slip
ENTRIES = {"services": check_services, "external_apis": check_external_apis, "published": check_published}


@dataclass(frozen=True, kw_only=True)
class Side:
    """A host as the inventory has it. `unreadable` tells, by variable, the templates in it that fail, by their path."""

    host: str
    given: Mapping[str, Any]
    unreadable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CheckedSide:
    """`values` are normalised; what is wrong in itself is None there and told in `mistakes`."""

    host: str
    values: Mapping[str, Any]
    mistakes: tuple[Mistake, ...]


def check_side(side: Side) -> CheckedSide:
    kind = side.given.get("side")
    schema = {**GROUP_VARIABLES, **SIDE_VARIABLES, **(OF_SIDE.get(kind, {}) if isinstance(kind, str) else {})}
    readable = {name: item for name, item in schema.items() if name not in side.unreadable}
    plain = {name: item for name, item in readable.items() if name not in ENTRIES or side.given.get(name) is None}
    checked = check_fields(plain, side.given)
    values, mistakes = dict(checked.value), [*_unreadable(side), *checked.mistakes]
    for name in readable.keys() - plain.keys():
        result = _check_entries(name, side.given[name], values)
        values[name] = result.value
        mistakes += result.mistakes
    mistakes += check_existing(values, side.given) if not {VARIABLE, "vpc_cidr"} & side.unreadable.keys() else ()
    mistakes += [*_misspelt(side), *_of_the_other_side(side, kind), *_addresses(values), *_certificate(values, kind)]
    mistakes += [*_size(values), *_secrets(values), *_public_door(side)]
    located = tuple(mistake.at(side.host) for mistake in mistakes)
    return CheckedSide(host=side.host, values=values, mistakes=located)


def _check_entries(name: str, given: Any, values: Mapping[str, Any]):
    if name == "services":
        return check_services(given, values.get("link_domain") or "link_domain")
    return ENTRIES[name](given)


def _unreadable(side: Side) -> list[Mistake]:
    """One line for each cause: a missing file may stand behind half the variables."""
    causes: dict[str, list[str]] = {}
    for _name, errors in sorted(side.unreadable.items()):
        for path, error in errors.items():
            causes.setdefault(error, []).append(path)
    return [
        Mistake(
            where=", ".join(paths),
            found=f"a template that fails: {error}",
            allowed="a value",
            remedy="define what it needs",
        )
        for error, paths in causes.items()
    ]


def _misspelt(side: Side) -> list[Mistake]:
    """A name that means nothing to us and nearly is one of ours that is not set."""
    absent = [name for name in ALL_VARIABLES if side.given.get(name) is None and name not in side.unreadable]
    meant = {name: nearest(name, absent, LIKELY_SLIP) for name in side.given if name not in ALL_VARIABLES}
    return [
        Mistake(
            where=name,
            found="a variable the link does not know",
            allowed=", ".join(sorted(ALL_VARIABLES)),
            remedy=f"did you mean {known}?",
        )
        for name, known in sorted(meant.items())
        if known
    ]


def _of_the_other_side(side: Side, kind: Any) -> list[Mistake]:
    others = {name: other for other, schema in OF_SIDE.items() if other != kind for name in schema}
    if not isinstance(kind, str) or kind not in OF_SIDE:
        return []
    return [
        Mistake(
            where=name,
            found=f"a variable of the {other} side",
            allowed=f"{', '.join(OF_SIDE[kind])} on the {kind} side",
            remedy=f"move it to the host of the {other} side",
        )
        for name, other in others.items()
        if side.given.get(name) is not None
    ]


def _addresses(values: Mapping[str, Any]) -> list[Mistake]:
    cut = cut_of(values)
    return cut.mistakes() if cut else []


def _certificate(values: Mapping[str, Any], kind: Any) -> list[Mistake]:
    """Each side ends TLS somewhere, so each needs a certificate: the isolated one may name one ACM has."""
    if kind not in OF_SIDE or "service_certificate" not in values:
        return []
    alternative = "certificate_arn" if kind == "isolated" else None
    given = [name for name in ("service_certificate", "certificate_arn") if values.get(name) is not None]
    if len(given) == 1:
        return []
    allowed = "service_certificate or certificate_arn" if alternative else "service_certificate"
    return [
        Mistake(
            where="service_certificate",
            found="nothing" if not given else "a certificate_arn besides",
            allowed=allowed,
            remedy=f"give {'one of them' if alternative else 'it'}",
        )
    ]


def _public_door(side: Side) -> list[Mistake]:
    """The role's module would only refuse it half-way."""
    is_open = str(side.given.get(PUBLIC_DOOR)).lower() in ("true", "yes", "on", "1")
    if not is_open or side.given.get(PUBLIC_CERTIFICATE) or PUBLIC_CERTIFICATE in side.unreadable:
        return []
    return [
        Mistake(
            where=PUBLIC_CERTIFICATE,
            found="nothing",
            allowed=f"the ARN of a certificate in ACM, for {PUBLIC_DOOR} is true",
            remedy=f"give it, or leave {PUBLIC_DOOR} out",
        )
    ]


def _size(values: Mapping[str, Any]) -> list[Mistake]:
    quotas = values.get("quotas") or {}
    return check_size([entry or {} for entry in values.get("services") or ()], limits_with(quotas))


def _secrets(values: Mapping[str, Any]) -> list[Mistake]:
    """The endpoints of the isolated VPC lead to its own region alone."""
    region = values.get("region")
    return [
        Mistake(
            where=f"services[{index}].secrets.{name}",
            found=f"an ARN of {arn.split(':')[3]}",
            allowed=f"one of {region}, where the tasks run",
            remedy="replicate the secret into that region",
        )
        for index, entry in enumerate(values.get("services") or ())
        for name, arn in sorted(((entry or {}).get("secrets") or {}).items())
        if region and arn and arn.split(":")[3] != region
    ]
