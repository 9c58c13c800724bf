# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parameters below one path as the runner sees them: the catalogue, and what else proxies read. PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Catalogue, Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.plan import plan


def catalogue(params: Mapping[str, Any], connect: Connect) -> ParametersSubject:
    return ParametersSubject(Desired.from_params(params), connect, noun="catalogue")


class ParametersSubject:
    """Parameter Store answers at once with what was put, so there is nothing to wait for.

    Changes go one after the other: AWS takes a few PutParameter calls a second and no more.
    https://docs.aws.amazon.com/general/latest/gr/ssm.html
    """

    wait_timeout = 0.0

    def __init__(self, desired: Desired, connect: Connect, *, noun: str) -> None:
        self._desired = desired
        self._connect = connect
        self._noun = noun
        self.what = f"{noun} of {desired.link}"

    @property
    def _ssm(self) -> Any:
        return self._connect("ssm")

    def read(self) -> Catalogue:
        found = api.read_below(self._ssm, self._desired.path)
        owned = api.list_owned(self._ssm, self._desired.path, self._desired.owner.tags()) if found else set()
        return Catalogue(
            parameters={name: text for name, text in found.items() if name in owned},
            foreign=frozenset(found.keys() - owned),
        )

    def plan(self, current: Catalogue) -> Plan:
        return plan(self._desired, current)

    def apply(self, change: Change) -> None:
        if change.verb == "create":
            api.create(self._ssm, change.target, change.values["text"], self._desired.tags_for(change.target))
        elif change.verb == "modify":
            api.overwrite(self._ssm, change.target, change.values["text"])
        else:
            api.delete(self._ssm, [change.target])

    def judge(self, _current: Catalogue) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Catalogue) -> dict[str, Any]:
        told = {"path": self._desired.path, "parameters": state.as_diff()}
        return {self._noun: told, "leaving": sorted(state.parameters.keys() - self._desired.parameters.keys())}
