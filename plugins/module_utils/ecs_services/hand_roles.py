# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes changes of the roles a service has to itself. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import description
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Verbs, Workbench
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles import api
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles.model import canonical


class RoleHand:
    """The fingerprint goes first and comes back last: killed in between, the next run writes the policies again."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._iam = bench.connect("iam")

    def verbs(self) -> Verbs:
        steps = {"create": self._create, "modify": self._modify, "tag": self._tag, "delete": self._delete}
        return {(verb, kind): step for verb, step in steps.items() for kind in m.ROLES}

    def _create(self, values: Mapping[str, Any]) -> None:
        role, path = values["resource"], self._bench.place.roles_path
        trust = canonical(role.settings["trust"])
        api.create(self._iam, path, role.name, trust, role.tags, description=_described(role))
        self._put_policies(role)
        api.describe(self._iam, role.name, _described(role, role.facts["print"]))

    def _modify(self, values: Mapping[str, Any]) -> None:
        role = values["resource"]
        self._refuse_stranger(role.name)
        api.describe(self._iam, role.name, _described(role))
        if "trust" in values["keys"]:
            api.trust(self._iam, role.name, canonical(role.settings["trust"]))
        self._put_policies(role)
        for name in set(api.policy_names(self._iam, role.name)) - role.settings["policies"].keys():
            api.delete_policy(self._iam, role.name, name)
        for arn in api.attached(self._iam, role.name):
            api.detach(self._iam, role.name, arn)
        api.describe(self._iam, role.name, _described(role, role.facts["print"]))

    def _put_policies(self, role: m.Resource) -> None:
        for name, document in role.settings["policies"].items():
            api.put_policy(self._iam, role.name, name, canonical(document))

    def _tag(self, values: Mapping[str, Any]) -> None:
        self._refuse_stranger(values["resource"].name)
        api.set_tags(self._iam, values["resource"].name, values["tags"])

    def _delete(self, values: Mapping[str, Any]) -> None:
        name = values["resource"].name
        if values["resource"].tags is None:  # nobody has asked yet
            self._refuse_stranger(name)
        for policy in api.policy_names(self._iam, name):
            api.delete_policy(self._iam, name, policy)
        for arn in api.attached(self._iam, name):
            api.detach(self._iam, name, arn)
        api.delete(self._iam, name)

    def _refuse_stranger(self, name: str) -> None:
        tags = boto3_tag_list_to_ansible_dict(api.tags(self._iam, name))
        self._bench.refuse_stranger(f"IAM role {name}", tags)


def _described(role: m.Resource, print_of_settings: str = "") -> str:
    return description(f"Of the service {role.tags[m.SERVICE_TAG]}", print_of_settings)
