# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""All load balancers of a side's publications, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import published
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.subject import (
    NetworkLoadBalancerSubject,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.published import names
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import Place, check_things
from ansible_collections.twoway.privatelink.plugins.module_utils.published.front import (
    Site,
    front_of,
    gone,
    needs_front,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.published.left import Left, find_left
from ansible_collections.twoway.privatelink.plugins.module_utils.published.reading import find_place, find_things
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import Things


@dataclass(frozen=True, kw_only=True)
class Fronts:
    """Our load balancers, by name of the publication; None where there is none."""

    fronts: Mapping[str, Front | None] = field(default_factory=dict)

    def as_diff(self) -> dict[str, Any]:
        shown = {name: front for name, front in sorted(self.fronts.items()) if front and not front.empty}
        return {name: front.as_diff() for name, front in shown.items()}


class PublishedLoadBalancers:
    """A subject of network_load_balancer for each. All are looked at before one is changed, and awaited together."""

    what = "load balancers of what is published"

    def __init__(self, params: Mapping[str, Any], connect: Connect) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._entries = published(params["published"]) if params["state"] == "present" else []
        self._things = Things()
        self._left = Left()
        self._subjects: dict[str, NetworkLoadBalancerSubject] = {}
        self._of_change: dict[int, NetworkLoadBalancerSubject] = {}
        self._is_read = False
        self.wait_timeout = params["wait_timeout"]

    def read(self) -> Fronts:
        if not self._is_read:
            self._look()
            self._is_read = True
        return Fronts(fronts={name: subject.read() for name, subject in self._subjects.items()})

    def plan(self, current: Fronts) -> Plan:
        """What goes, goes last."""
        plans = {name: subject.plan(current.fronts[name]) for name, subject in self._subjects.items()}
        changes = [(self._subjects[name], change) for name, one in plans.items() for change in one.changes]
        self._of_change = {id(change): subject for subject, change in changes}
        return Plan(
            before=current,
            after=Fronts(fronts={name: one.after for name, one in plans.items()}),
            changes=tuple(change for _subject, change in changes),
            unknown=tuple(dict.fromkeys(option for one in plans.values() for option in one.unknown)),
        )

    def apply(self, change: Change) -> None:
        self._of_change[id(change)].apply(change)

    def judge(self, current: Fronts) -> Verdict:
        verdicts = [subject.judge(current.fronts[name]) for name, subject in self._subjects.items()]
        notes = [verdict.note for verdict in verdicts if verdict.note]
        return Verdict(settled=all(verdict.settled for verdict in verdicts), note="; ".join(notes))

    def report(self, state: Fronts) -> dict[str, Any]:
        wanted = {entry["name"] for entry in self._entries}
        fronts = {entry["name"] for entry in self._entries if needs_front(entry)}
        return {
            "published": [self._told(entry, state) for entry in self._entries],
            "gone": sorted(self._left.names - wanted),
            "spare": sorted(self._left.fronts - fronts) if not self._params["purge"] else [],
        }

    def _look(self) -> None:
        """Raises InvalidInventoryError with all that stands in the way of any of the entries."""
        place = Place(link=self._owner.link)
        if self._entries:
            subnets, consumers = self._params["subnet_ids"] or (), self._params["consumer_cidrs"] or ()
            place = find_place(self._connect("ec2"), self._owner.link, known_all(subnets) or (), consumers)
            self._things = find_things(self._connect, self._entries, self._owner, place.vpc_id)
            mistakes = check_things(self._entries, self._things, place)
            if mistakes:
                raise InvalidInventoryError(mistakes)
        site = self._site(place)
        self._left = find_left(self._connect, self._owner)
        wanted = {entry["name"]: front_of(entry, self._things, site) for entry in self._entries if needs_front(entry)}
        if self._params["purge"] or self._params["state"] == "absent":
            for name in sorted(self._left.fronts - wanted.keys()):
                balancer = self._left.load_balancers.get(name, names.load_balancer(site.link, name))
                wanted[name] = gone(balancer, self._left.target_groups.get(name, ()), site)
        self._subjects = {name: NetworkLoadBalancerSubject(options, self._connect) for name, options in wanted.items()}

    def _site(self, place: Place) -> Site:
        params = self._params
        return Site(
            link=place.link,
            subnet_ids=known_all(params["subnet_ids"]) or (),
            security_group_ids=known_all(params["security_group_ids"]) or (),
            vpc_cidrs=place.vpc_cidrs,
            **{key: params[key] for key in ("tags", "purge_tags", "wait", "wait_timeout")},
        )

    def _told(self, entry: Mapping[str, Any], state: Fronts) -> dict[str, Any]:
        if needs_front(entry):
            front = state.fronts.get(entry["name"])
            arn = front.load_balancer.arn if front and front.load_balancer else None
        else:
            arn = self._things.load_balancers[entry["load_balancer"]].arn
        keys = ("name", "kind", "ports", "host", "verify")
        return {**{key: entry[key] for key in keys}, "load_balancer_arn": arn}
