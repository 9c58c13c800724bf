# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parameters of Systems Manager. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags

PLAIN, SECRET = "String", "SecureString"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """`kind` is AWS's type of it."""

    name: str
    kind: str
    value: str
    tags: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None

    @classmethod
    def from_params(cls, name: str, entry: Mapping[str, Any], tags: Mapping[str, Any]) -> Parameter:
        kind = SECRET if entry.get("secret") is not None else PLAIN
        value = entry["secret"] if kind == SECRET else entry["value"]
        return cls(name=name, kind=kind, value=value, tags=wanted_tags(name, tags))

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], tags: Mapping[str, str]) -> Parameter:
        return cls(name=item["Name"], kind=item["Type"], value=item["Value"], tags=tags, version=item["Version"])

    def as_diff(self) -> dict[str, Any]:
        """What is secret is not shown."""
        shown = {"secret": f"version {self.version or 'to come'}"} if self.kind == SECRET else {"value": self.value}
        return {**shown, "tags": dict(sorted(self.tags.items()))}


@dataclass(frozen=True, kw_only=True)
class Parameters:
    parameters: tuple[Parameter, ...] = ()

    def find(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)

    def as_diff(self) -> dict[str, Any]:
        return {one.name: one.as_diff() for one in sorted(self.parameters, key=lambda one: one.name)}


def names_of(params: Mapping[str, Any]) -> tuple[str, ...]:
    """The whole names. Raises PrivateLinkError for one that comes twice."""
    names = tuple(f"{params['path']}/{entry['name']}" for entry in params["parameters"])
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PrivateLinkError(where=f"parameters[{index}].name", found=name, allowed="a name of its own")
    return names


def desired_parameters(params: Mapping[str, Any]) -> Parameters:
    """Raises PrivateLinkError for what has no value, or two."""
    for index, entry in enumerate(params["parameters"]):
        if (entry.get("value") is None) == (entry.get("secret") is None):
            raise PrivateLinkError(
                where=f"parameters[{index}]",
                found="neither value nor secret" if entry.get("value") is None else "value and secret",
                allowed="one of the two",
            )
    pairs = zip(names_of(params), params["parameters"], strict=True)
    return Parameters(parameters=tuple(Parameter.from_params(name, entry, params["tags"]) for name, entry in pairs))
