# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoints, one or many, for the runner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import create_alive
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    LEAVING,
    Endpoint,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import (
    plan,
    private_dns_at_creation,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired, Wish

SECONDS_TO_BE_SEEN = 20.0
SECONDS_TO_FREE_A_NAME = 120.0
NAME_TAKEN = "conflicting DNS domain"  # InvalidParameter alone says too little
MOST_FILTER_VALUES = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html


class InterfaceEndpointSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self._ec2 = connect("ec2")
        self.desired = Desired.from_params(params, region=self._ec2.meta.region_name)
        names = [wish.name for wish in self.desired.wishes]
        self.what = f"endpoint {names[0]}" if len(names) == 1 else f"endpoints {names[0]} and {len(names) - 1} more"
        self.wait_timeout = self.desired.wait_timeout
        self._clock = clock or SystemClock()
        self._names = frozenset(names)
        self._known: set[str] = set()
        self._last = Endpoints()

    def read(self) -> Endpoints:
        """Ours by tags; and by id those just made, which the index behind tag filters may not have yet."""
        names = {"Name": f"tag:{NAME}", "Values": sorted(self._names)}
        by_name = [names] if len(self._names) <= MOST_FILTER_VALUES else []
        found = self._ours(api.list_endpoints(self._ec2, [*self.desired.owner.filters(), *by_name]))
        missing = self._known - {one.endpoint_id for one in found}
        if missing:
            found += self._ours(self._by_id(missing))
        self._known |= {one.endpoint_id for one in found if one.state not in LEAVING}
        self._last = Endpoints.of(found)
        return self._last

    def _ours(self, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
        owner = self.desired.owner
        return [one for one in endpoints if one.name in self._names and owner.owns(one.tags)]

    def _by_id(self, ids: Iterable[str]) -> list[Endpoint]:
        wanted = sorted(ids)
        found = api.list_endpoints(self._ec2, [{"Name": "vpc-endpoint-id", "Values": wanted}])
        return [one for one in found if one.endpoint_id in wanted]

    def plan(self, current: Endpoints) -> Plan:
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        if change.verb == "create":
            self._known.add(self._create(change.values["wish"]))
        elif change.verb == "delete":
            api.delete_endpoint(self._ec2, **change.values)
        elif change.verb == "modify":
            api.modify_endpoint(self._ec2, **change.values)
        else:
            getattr(api, change.verb)(self._ec2, **change.values)

    def _create(self, wish: Wish) -> str:
        former = self._last.named(wish.name)
        leaving = [one.endpoint_id for one in former]
        patient = bool(former) and private_dns_at_creation(wish)
        if patient:
            # Two may not claim one private name, not even while the first is on its way out.
            self._settle(lambda: Endpoints.of(self._by_id(leaving)), waiters.are_gone, timeout=self.wait_timeout)
        return create_alive(
            self.desired.owner,
            wish.name,
            api.creation_request(wish),
            create=lambda token: self._created(wish, token, SECONDS_TO_FREE_A_NAME if patient else 0),
            is_seen=self._is_seen,
            dead=leaving,
        )

    def _created(self, wish: Wish, token: str, patience: float) -> tuple[str, bool]:
        """The private name of a deleted endpoint is taken for some time more."""
        made: list[tuple[str, bool]] = []
        until_let_go(
            wish.what,
            lambda: made.append(api.create_endpoint(self._ec2, wish, token)),
            timeout=patience,
            held=lambda error: bool(patience) and NAME_TAKEN in error.found,
            clock=self._clock,
        )
        return made[0]

    def _is_seen(self, endpoint_id: str) -> bool:
        def look() -> Endpoints:
            return Endpoints.of(self._by_id([endpoint_id]))

        try:
            self._settle(
                look,
                lambda found: Verdict(settled=bool(found.items), note=waiters.NOT_SEEN),
                timeout=SECONDS_TO_BE_SEEN,
            )
        except WaitError:
            return False
        return True

    def _settle(self, look: Any, judge: Any, timeout: float) -> Endpoints:
        found, _verdict = until_settled(
            look(), read=look, judge=judge, what=self.what, timeout=timeout, clock=self._clock
        )
        return found

    def judge(self, current: Endpoints) -> Verdict:
        return waiters.judge(self.desired, current)

    def report(self, state: Endpoints) -> dict[str, Any]:
        shown = [one.as_result() for one in state.living().items] if self.desired.present else []
        only = shown[0] if len(self.desired.wishes) == 1 and shown else None
        return {"interface_endpoint": only, "interface_endpoints": shown}


def show_endpoints(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """For the _info module: endpoints by name, VPC, ids and tags, in whatever state."""
    wanted = {str(key): str(value) for key, value in (params["tags"] or {}).items()}
    if params["name"] is not None:
        wanted[NAME] = params["name"]
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(wanted.items())]
    if params["vpc_id"]:
        filters.append({"Name": "vpc-id", "Values": [params["vpc_id"]]})
    if params["endpoint_ids"] is not None:
        filters.append({"Name": "vpc-endpoint-id", "Values": params["endpoint_ids"]})
    found = [
        one
        for one in api.list_endpoints(connect("ec2"), filters)
        if all(one.tags.get(key) == value for key, value in wanted.items())
        and params["vpc_id"] in (None, "", one.vpc_id)
        and (params["endpoint_ids"] is None or one.endpoint_id in params["endpoint_ids"])
    ]
    return {"interface_endpoints": [one.as_result() for one in Endpoints.of(found).items]}
