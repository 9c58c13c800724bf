# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parameters by their names, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api as writing
from ansible_collections.twoway.privatelink.plugins.module_utils.ssm_parameters import api
from ansible_collections.twoway.privatelink.plugins.module_utils.ssm_parameters.model import (
    Parameter,
    Parameters,
    desired_parameters,
    names_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ssm_parameters.plan import plan, plan_absent


class SsmParameters:
    what = "parameters"
    wait_timeout = 0.0

    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._present = params["state"] == "present"
        self._purge_tags = params["purge_tags"]
        self._desired = desired_parameters(params) if self._present else Parameters()
        self._names = names_of(params)

    @property
    def _client(self) -> Any:
        return self._connect("ssm")

    def read(self) -> Parameters:
        """Raises PrivateLinkError when a name is taken by one that is not ours and one is to be made."""
        items = [item for names in chunks(self._names, api.READ_AT_ONCE) for item in api.read(self._client, names)]
        found = [Parameter.from_boto(item, api.tags(self._client, item["Name"])) for item in items]
        return Parameters(parameters=tuple(one for one in found if self._ours(one)))

    def _ours(self, one: Parameter) -> bool:
        where = f"parameter {one.name}"
        return self._owner.may_use(one.tags, where=where, making=self._present, kind="a parameter")

    def plan(self, current: Parameters) -> Plan:
        return plan(self._desired, current, purge_tags=self._purge_tags) if self._present else plan_absent(current)

    def judge(self, _current: Parameters) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Parameters) -> dict[str, Any]:
        return {"versions": {one.name: one.version for one in state.parameters}}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, name: str, parameter: Parameter) -> None:
        writing.create(self._client, name, parameter.value, parameter.tags, parameter.kind)

    def _write(self, *, name: str, parameter: Parameter) -> None:
        writing.overwrite(self._client, name, parameter.value, parameter.kind)

    def _tag(self, *, name: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, name, to_set, to_unset)

    def _delete(self, *, name: str) -> None:
        writing.delete(self._client, [name])
