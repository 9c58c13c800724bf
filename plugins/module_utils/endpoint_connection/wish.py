# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which connections of which service a task means, and what it wants of them. Stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import UNKNOWN, Connection


@dataclass(frozen=True, kw_only=True)
class Desired:
    """`endpoint_ids`, `owner_ids` and `connection_tags` each narrow what is meant; empty ones do not.

    `accept_only`: whatever else waits for acceptance is rejected.
    """

    accepted: bool
    accept_only: bool
    endpoint_ids: tuple[str | None, ...]
    owner_ids: tuple[str, ...]
    connection_tags: Mapping[str, str]
    payer: str | None
    service_id: str | None
    service_name_tag: str | None
    owner: Owner | None
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        _refuse_wrong(params)
        tags = params["tags"]
        connection_tags = params["connection_tags"] or {}
        return cls(
            accepted=params["state"] == "accepted",
            accept_only=params["accept_only"],
            endpoint_ids=known_all(params["endpoint_ids"]) or (),
            owner_ids=tuple(sorted(set(params["owner_ids"] or ()))),
            connection_tags={str(key): str(value) for key, value in connection_tags.items()},
            payer=params["payer_responsibility"],
            service_id=known(params["service_id"]),
            service_name_tag=params["name"],
            owner=Owner.from_tags(tags) if tags else None,
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

    @property
    def service(self) -> str:
        return self.service_id or self.service_name_tag or UNKNOWN

    @property
    def unknown(self) -> tuple[str, ...]:
        service = {} if self.service_name_tag else {"service_id": self.service_id}
        return unknown_options(endpoint_ids=self.endpoint_ids, **service)

    def admits(self, one: Connection) -> bool:
        """Whether it fits all that is said of owners and tags."""
        return (not self.owner_ids or one.owner_id in self.owner_ids) and (
            self.connection_tags.items() <= one.tags.items()
        )

    def means(self, one: Connection) -> bool:
        return self.admits(one) and (not self.endpoint_ids or one.endpoint_id in self.endpoint_ids)

    def refuse_foreign(self, one: Connection) -> None:
        """Raises PrivateLinkError for an endpoint that is named, and is not whose it is said to be."""
        if one.endpoint_id in self.endpoint_ids and not self.admits(one):
            tags = ", ".join(f"{key}={value}" for key, value in sorted(self.connection_tags.items()))
            allowed = [f"of account {', '.join(self.owner_ids)}"] if self.owner_ids else []
            raise PrivateLinkError(
                where=f"endpoint {one.endpoint_id}",
                found=f"it is of account {one.owner_id}, with the connection tags {dict(one.tags)}",
                allowed=" and ".join([*allowed, *([f"tagged {tags}"] if tags else [])]),
                remedy="take it out of endpoint_ids, or widen owner_ids or connection_tags",
            )


def _refuse_wrong(params: Mapping[str, Any]) -> None:
    if params["name"] and not params["tags"]:
        raise PrivateLinkError(
            where="tags", found="nothing", allowed="the service's privatelink: tags", remedy="or give service_id"
        )
    for index, owner_id in enumerate(params["owner_ids"] or ()):
        if not (len(owner_id) == 12 and owner_id.isdigit()):
            raise PrivateLinkError(
                where=f"owner_ids[{index}]", found=owner_id or "no value", allowed="an account id of twelve digits"
            )
    if not (params["endpoint_ids"] or params["owner_ids"] or params["connection_tags"]):
        raise PrivateLinkError(
            where="endpoint_ids",
            found="no endpoint named, and nothing said of owners or tags",
            allowed="at least one of endpoint_ids, owner_ids and connection_tags",
        )
    if params["state"] == "rejected":
        for option in ("accept_only", "payer_responsibility"):
            if params[option]:
                raise PrivateLinkError(where=option, found="state: rejected", allowed="state: accepted")
