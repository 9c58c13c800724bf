# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Trust that is published before it is needed, as the runner sees it. PRIVATE to the collection."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.catalog_trust import api
from ansible_collections.twoway.privatelink.plugins.module_utils.catalog_trust.model import (
    Followers,
    Trust,
    first_period,
    judge,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet import api as fleets
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api as parameters
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.subject import ParametersSubject

LONGEST_LOOK_BACK = 600.0
AHEAD = 300.0  # AWS's clock may be ahead of ours


class TrustSubject:
    """Puts what the catalogue lacks, and waits for the proxies to say that they use it."""

    def __init__(self, params: Mapping[str, Any], connect: Connect) -> None:
        nothing = {"domain": "", "endpoint_dns": "", "endpoint_zonal_dns": {}, "services": [], "state": "present"}
        wish = Desired.from_params({**nothing, **params, "purge": False})
        self._desired = replace(wish, parameters={}, unknown=(), trust=params["ca_pem"])
        self._store = ParametersSubject(self._desired, connect, noun="catalogue")
        self._connect = connect
        self._link, self._fleet = params["link"], params["fleet"]
        self._read: Trust | None = None
        self.what = f"service proxies of {self._link}"
        self.wait_timeout = params["wait_timeout"]

    def read(self) -> Trust:
        """The catalogue whenever it may have changed; after that, what the proxies say."""
        if self._read is None:
            self._read = Trust(catalogue=self._store.read())
            return self._read
        return replace(self._read, followers=self._followers())

    def _followers(self) -> Followers:
        serving = api.serving(fleets.group(self._connect("autoscaling"), self._fleet))
        head = parameters.read_head(self._connect("ssm"), self._desired.path)
        link = head.get(self._desired.link_parameter)
        if not serving or link is None:
            return Followers(serving=serving, written=0.0)
        written, now = link["LastModifiedDate"].timestamp(), time.time()
        begin = first_period(written, now, LONGEST_LOOK_BACK)
        minutes = api.minutes(self._connect("cloudwatch"), self._link, begin, max(now, begin) + AHEAD)
        return Followers(serving=serving, written=written, minutes=minutes)

    def plan(self, current: Trust) -> Plan:
        planned = self._store.plan(current.catalogue)
        return replace(planned, before=current, after=Trust(catalogue=planned.after))

    def apply(self, change: Change) -> None:
        self._read = None
        self._store.apply(change)

    def judge(self, current: Trust) -> Verdict:
        return judge(current.catalogue.parameters.get(self._desired.link_parameter), current.followers)

    def report(self, state: Trust) -> dict[str, Any]:
        return {"path": self._desired.path, "proxies": state.followers.serving if state.followers else None}
