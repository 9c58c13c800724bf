# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which network of another team's a side is to stand in. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIERS = ("private", "public")


@dataclass(frozen=True, kw_only=True)
class Named:
    """Things by their ids, or those that carry all of some tags."""

    ids: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ids: Any, tags: Any) -> Named:
        return cls(ids=tuple(ids or ()), tags={str(key): str(value) for key, value in (tags or {}).items()})

    def __bool__(self) -> bool:
        return bool(self.ids or self.tags)

    def matches(self, id_: str, tags: Mapping[str, str]) -> bool:
        return id_ in self.ids if self.ids else all(tags.get(key) == value for key, value in self.tags.items())

    def __str__(self) -> str:
        return ", ".join(self.ids) or ", ".join(f"{key}={value}" for key, value in sorted(self.tags.items()))


@dataclass(frozen=True, kw_only=True)
class Wish:
    side: str
    az_ids: tuple[str, ...]
    vpc: Named
    private: Named
    public: Named = Named()

    @classmethod
    def from_params(cls, given: Mapping[str, Any], *, side: str, az_ids: Any) -> Wish:
        """`given` is the inventory's `existing_network`, or the options of the module: the same keys."""
        return cls(
            side=side,
            az_ids=tuple(az_ids),
            vpc=Named.of([given["vpc_id"]] if given.get("vpc_id") else (), given.get("vpc_tags")),
            private=Named.of(given.get("private_subnet_ids"), given.get("private_subnet_tags")),
            public=Named.of(given.get("public_subnet_ids"), given.get("public_subnet_tags")),
        )
