# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Carries out the changes of many endpoints, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import MOST_FILTER_VALUES, refuse_unsuccessful
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import create_all_alive
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks, in_parallel
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api, request, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.api_ground import NO_SUCH_SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    GATEWAY,
    INTERFACE,
    Endpoint,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import (
    private_dns_at_creation,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Wish

SECONDS_TO_BE_SEEN = 20.0
SECONDS_TO_BE_ADMITTED = 30.0
SECONDS_TO_FREE_A_NAME = 120.0
NAME_TAKEN = "conflicting DNS domain"  # InvalidParameter alone says too little


class EndpointsError(AwsError):
    """Some of many endpoints failed; what could be done for the others is done."""

    def __init__(self, errors: Mapping[str, PrivateLinkError], of: int) -> None:
        self.errors = errors
        first = next((error for error in errors.values() if isinstance(error, AwsError)), None)
        super().__init__(
            where="endpoints",
            found=f"{len(errors)} of {of} failed: " + "; ".join(f"[{one}] {e.message}" for one, e in errors.items()),
            code=first.code if first else None,
            request_id=first.request_id if first else None,
        )

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), "endpoints": {one: error.as_failure() for one, error in self.errors.items()}}


class Hands:
    """`former` are the endpoints as they were read before; `made` gathers the ids of new ones."""

    def __init__(self, ec2: Any, owner: Owner, former: Endpoints, clock: Clock, wait_timeout: float) -> None:
        self._ec2 = ec2
        self._owner = owner
        self._former = former
        self._clock = clock
        self._wait_timeout = wait_timeout
        self._errors: dict[str, PrivateLinkError] = {}
        self.made: set[str] = set()

    def apply_all(self, changes: Sequence[Change], taken: Callable[[Change], None]) -> None:
        """What belongs to one endpoint stops at its first error; the others go on. Raises in the end."""
        self._delete_all([change for change in changes if change.verb == "delete"], taken)
        for creations in self._rounds([change for change in changes if change.verb == "create"]):
            self._create_all(creations, taken)
        chains: dict[str, list[Change]] = {}
        for change in changes:
            if change.verb not in ("delete", "create"):
                chains.setdefault(change.target, []).append(change)
        in_parallel(lambda chain: self._follow(chain, taken), chains.values())
        self._raise(len({change.target for change in changes}))

    def _raise(self, targets: int) -> None:
        if self._errors and targets == 1:
            raise next(iter(self._errors.values()))
        if self._errors:
            raise EndpointsError(dict(sorted(self._errors.items())), targets)

    def _delete_all(self, deletions: Sequence[Change], taken: Callable[[Change], None]) -> None:
        if not deletions:
            return
        try:
            answer = api.delete_endpoints(self._ec2, [change.values["endpoint_id"] for change in deletions])
        except PrivateLinkError as error:
            self._errors.update(dict.fromkeys((change.target for change in deletions), error))
            return
        for change in deletions:
            endpoint_id = change.values["endpoint_id"]
            own = [item for item in answer.get("Unsuccessful", ()) if item.get("ResourceId") in (endpoint_id, None)]
            try:
                refuse_unsuccessful(f"delete endpoint {endpoint_id}", {**answer, "Unsuccessful": own}, api.NOT_FOUND)
                taken(change)
            except PrivateLinkError as error:
                self._errors[change.target] = error

    def _rounds(self, creations: Sequence[Change]) -> Iterable[list[Change]]:
        """What needs nothing first; then what needs a gateway; then what must wait for the private name of another.

        Private DNS of an interface endpoint to S3 wants the gateway there: it leaves the VPC's own traffic to it.
        """
        gateways = {change.values["wish"].service_name for change in creations if change.values["wish"].type == GATEWAY}
        rounds: list[list[Change]] = [[], [], []]
        for change in creations:
            wish = change.values["wish"]
            needs_gateway = wish.type == INTERFACE and wish.service_name in gateways
            rounds[2 if self._is_patient(wish) else 1 if needs_gateway else 0].append(change)
        return rounds

    def _create_all(self, creations: Sequence[Change], taken: Callable[[Change], None]) -> None:
        by_target = {change.target: change for change in creations if change.target not in self._errors}
        if not by_target:
            return
        wishes = {target: change.values["wish"] for target, change in by_target.items()}
        former = {target: self._namesakes(wish) for target, wish in wishes.items()}
        try:
            self._until_gone([one for t, wish in wishes.items() if self._is_patient(wish) for one in former[t]])
        except PrivateLinkError as error:
            self._errors.update(dict.fromkeys(wishes, error))
            return
        made = create_all_alive(
            self._owner,
            {target: request.creation(wish) for target, wish in wishes.items()},
            create=lambda tokens: self._created(wishes, tokens),
            seen=self._seen,
            dead=former,
        )
        self.made |= set(made.values())
        for target in made:
            taken(by_target[target])

    def _created(self, wishes: Mapping[str, Wish], tokens: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
        made: dict[str, tuple[str, bool]] = {}

        def create(target: str) -> None:
            try:
                made[target] = self._create(wishes[target], tokens[target])
            except PrivateLinkError as error:
                self._errors[target] = error

        in_parallel(create, tokens)
        return made

    def _create(self, wish: Wish, token: str) -> tuple[str, bool]:
        """The private name of a deleted endpoint is taken for some time more, and a provider's word takes a while."""
        patient = self._is_patient(wish)
        made: list[tuple[str, bool]] = []
        refusals: list[AwsError] = []

        def attempt() -> None:
            made.append(api.create_endpoint(self._ec2, wish.what, token, request.creation(wish)))

        def held(error: AwsError) -> bool:
            refusals.append(error)
            not_admitted = error.code == NO_SUCH_SERVICE and not wish.of_aws
            return not_admitted or (patient and NAME_TAKEN in error.found)

        timeout = SECONDS_TO_FREE_A_NAME if patient else SECONDS_TO_BE_ADMITTED
        try:
            until_let_go(wish.what, attempt, timeout=timeout, held=held, clock=self._clock)
        except WaitError as late:
            raise refusals[-1] from late
        return made[0]

    def _follow(self, chain: Sequence[Change], taken: Callable[[Change], None]) -> None:
        try:
            for change in chain:
                self._change(change.verb, change.values)
                taken(change)
        except PrivateLinkError as error:
            self._errors[chain[0].target] = error

    def _change(self, verb: str, values: Mapping[str, Any]) -> None:
        if verb == "modify":
            wanted = request.modification(values["type"], values["changed"])
            api.modify_endpoint(self._ec2, values["endpoint_id"], wanted)
        else:
            getattr(api, verb)(self._ec2, **values)

    def _namesakes(self, wish: Wish) -> list[str]:
        return [one.endpoint_id for one in self._former.items if wish.matches(one) and one.endpoint_id]

    def _is_patient(self, wish: Wish) -> bool:
        """Two may not claim one private name, not even while the first is on its way out."""
        return private_dns_at_creation(wish) and bool(self._namesakes(wish))

    def _until_gone(self, endpoint_ids: Collection[str]) -> None:
        if endpoint_ids:
            self._settle(endpoint_ids, waiters.are_gone, self._wait_timeout)

    def _seen(self, endpoint_ids: Collection[str]) -> set[str]:
        """Those that AWS shows within some seconds."""
        seen: set[str] = set()

        def judge(found: Endpoints) -> Verdict:
            seen.update(one.endpoint_id for one in found.items if one.endpoint_id)
            return Verdict(settled=seen >= set(endpoint_ids), note=waiters.NOT_SEEN)

        try:
            self._settle(endpoint_ids, judge, SECONDS_TO_BE_SEEN)
        except WaitError:
            return seen
        return seen

    def _settle(self, endpoint_ids: Collection[str], judge: Callable[[Endpoints], Verdict], timeout: float) -> None:
        def look() -> Endpoints:
            return Endpoints.of(by_id(self._ec2, endpoint_ids))

        what = f"endpoints {', '.join(endpoint_ids)}"
        until_settled(look(), read=look, judge=judge, what=what, timeout=timeout, clock=self._clock)


def by_id(ec2: Any, endpoint_ids: Collection[str]) -> list[Endpoint]:
    found: list[Endpoint] = []
    for wanted in chunks(sorted(endpoint_ids), MOST_FILTER_VALUES):
        listed = api.list_endpoints(ec2, [{"Name": "vpc-endpoint-id", "Values": wanted}])
        found.extend(one for one in listed if one.endpoint_id in wanted)
    return found
