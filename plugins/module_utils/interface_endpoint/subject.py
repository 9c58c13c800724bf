# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoints, one or many, for the runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import MOST_FILTER_VALUES, Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature, require
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, SystemClock, Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api, api_ground, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.hands import Hands, by_id
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    LEAVING,
    Endpoint,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.offer import Offer
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.placement import (
    Fit,
    Ground,
    Questions,
    fit,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import (
    Desired,
    Wish,
    listed_name,
)

# All else is older than the botocore that amazon.aws asks for.
SERVICE_REGION = Feature(
    option="service_region", operation="CreateVpcEndpoint", parameter="ServiceRegion", since="1.35.70"
)


class InterfaceEndpointSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self._ec2 = connect("ec2")
        self.desired = Desired.from_params(params, region=self._ec2.meta.region_name)
        require(self._ec2, [SERVICE_REGION] if params["service_region"] else [])
        self.what = _what(self.desired)
        self.wait_timeout = self.desired.wait_timeout
        self._clock = clock or SystemClock()
        self._known: set[str] = set()
        self._doomed: set[str] = set()
        self._ground: Ground | None = None
        self._fit = Fit(desired=self.desired)
        self._last = Endpoints()

    def read(self) -> Endpoints:
        found = self._found()
        unwatched = LEAVING if self.desired.present else ("deleted",)
        self._known |= {one.endpoint_id for one in found if one.endpoint_id and one.state not in unwatched}
        self._last = replace(Endpoints.of(self._located(found)), interfaces=self._interfaces_left(found))
        if self._ground is None:
            self._ground = self._look_around(self._last)
        return self._last

    def _found(self) -> list[Endpoint]:
        """Ours by tags; by id those just made, which the index behind tag filters may not have yet, or just deleted."""
        if self._known and not self.desired.present:
            return by_id(self._ec2, self._known)
        found = self._concerned(self._listed())
        missing = self._known - {one.endpoint_id for one in found}
        return found + (self._concerned(by_id(self._ec2, missing)) if missing else [])

    def _listed(self) -> list[Endpoint]:
        names = {wish.name for wish in self.desired.wishes}
        if self.desired.purge_services:
            names = {listed_name(self.desired.name, "*")}
        if not names:
            return []
        by_name = [{"Name": f"tag:{NAME}", "Values": sorted(names)}]
        narrowed = by_name if len(names) <= MOST_FILTER_VALUES else []
        return api.list_endpoints(self._ec2, [*self.desired.owner.filters(), *narrowed])

    def _concerned(self, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
        return [one for one in endpoints if self.desired.concerns(one)]

    def _located(self, endpoints: Sequence[Endpoint]) -> list[Endpoint]:
        """With their addresses, where these are fixed: only the network interfaces tell them."""
        fixed = {subnet_id for wish in self.desired.wishes for subnet_id in wish.addresses}
        wanted = {one for endpoint in endpoints if endpoint.alive for one in endpoint.network_interface_ids}
        if not fixed or not wanted or not self.desired.present:
            return list(endpoints)
        interfaces = api_ground.list_interfaces(self._ec2, wanted)
        return [one.at(interfaces, fixed) for one in endpoints]

    def _interfaces_left(self, endpoints: Sequence[Endpoint]) -> tuple[str, ...]:
        """Of endpoints that are to go, once they themselves are gone and if somebody waits for that."""
        if self.desired.present:
            going = [one for one in endpoints if one.state == "deleting"]
        else:
            going = [one for one in endpoints if one.state != "deleted"]
            self._doomed |= {one for endpoint in endpoints for one in endpoint.network_interface_ids}
        if going or not self._doomed or not self.desired.wait:
            return ()
        return tuple(sorted(one.interface_id for one in api_ground.list_interfaces(self._ec2, self._doomed)))

    def _look_around(self, current: Endpoints) -> Ground:
        """Two calls at most, and none when there is nothing to make or to move."""
        if not self.desired.present:
            return Ground()
        asked = Questions.about(self.desired, plan(self.desired, current))
        subnet_ids = {one for wish in asked.subnets_of for one in wish.subnet_ids if one is not None}
        return Ground(
            asked=asked,
            subnets=api_ground.list_subnets(self._ec2, subnet_ids) if subnet_ids else {},
            offers=tuple(self._offers([wish for wish in asked.services_of if wish.service_name])),
        )

    def _offers(self, wishes: Sequence[Wish]) -> list[Offer]:
        regions = sorted({wish.service_region for wish in wishes if wish.remote and wish.service_region})
        aws = {wish.service_name for wish in wishes if wish.of_aws}
        found = api_ground.list_aws_services(self._ec2, aws, regions) if aws else []
        for name in sorted({wish.service_name for wish in wishes} - aws):
            try:
                found += api_ground.find_service(self._ec2, name, regions)
            except AwsError as error:
                # Its provider may just have admitted us: creation will tell, and tries for a while.
                if error.code != api_ground.NO_SUCH_SERVICE:
                    raise
        return found

    def plan(self, current: Endpoints) -> Plan:
        self._fit = fit(self.desired, current, self._ground or Ground())
        return plan(self._fit.desired, current)

    def apply_all(self, changes: Sequence[Change], taken: Callable[[Change], None]) -> None:
        hands = Hands(self._ec2, self.desired.owner, self._last, self._clock, self.wait_timeout)
        deletions = [change.values for change in changes if change.verb == "delete"]
        try:
            hands.apply_all(changes, taken)
        finally:
            self._known |= hands.made
            if self.desired.present:
                self._known -= {values["endpoint_id"] for values in deletions}
            self._doomed |= {one for values in deletions for one in values["interfaces"]}

    def judge(self, current: Endpoints) -> Verdict:
        verdict = waiters.judge(self._fit.desired, current)
        dropped = [
            f"{name}: {one.subnet_id} is left out: {one.why}"
            for (name, _type), group in self._fit.dropped.items()
            for one in group
        ]
        unguarded = [
            f"{what}: its service takes no policy, whoever reaches it has full access" for what in self._fit.open
        ]
        return replace(verdict, note="; ".join([*filter(None, [verdict.note]), *dropped, *unguarded]))

    def report(self, state: Endpoints) -> dict[str, Any]:
        shown = [self._row(one) for one in state.living().items] if self.desired.present else []
        only = shown[0] if len(self.desired.wishes) == 1 and shown else None
        return {"interface_endpoint": only, "interface_endpoints": shown}

    def _row(self, endpoint: Endpoint) -> dict[str, Any]:
        dropped = self._fit.dropped.get((endpoint.name or "", endpoint.type), ())
        return {**endpoint.as_result(), "dropped_subnets": [one.as_dict() for one in dropped]}


def _what(desired: Desired) -> str:
    names = [wish.name for wish in desired.wishes]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"endpoint{'s' if more else ''} {names[0]}{more}" if names else f"endpoints of {desired.name}"
