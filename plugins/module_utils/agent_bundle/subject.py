# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A bucket with a proxy's agent in it, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import require
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle import api
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.model import (
    Bucket,
    Bundle,
    wanted_bucket,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.plan import plan


def is_being_deleted(error: AwsError) -> bool:
    """A bucket of the same name is still on its way out.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    """
    return error.code == "OperationAborted"


class AgentBundle:
    def __init__(self, params: Mapping[str, Any], connect: Connect) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._account = params["account_id"]
        self._owner = Owner.from_tags(params["tags"])
        self._bundle = Bundle.from_base64(params["content"]) if params["state"] == "present" else None
        self.what = f"bucket {self._name}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _s3(self) -> Any:
        return self._connect("s3")

    def read(self) -> Bucket | None:
        """Raises PrivateLinkError when the name is taken by a bucket that is not ours and one is to be made."""
        tags = api.tags(self._s3, self._name, self._account)
        if tags is None:
            return None
        making = self._bundle is not None
        if not self._owner.may_use(tags, where=self.what, making=making, kind="a bucket", remedy="choose another name"):
            return None
        return self._to_be_emptied(tags) if self._bundle is None else self._to_be_filled(tags, self._bundle)

    def _to_be_emptied(self, tags: Mapping[str, str]) -> Bucket:
        return Bucket(name=self._name, tags=tags, versions=tuple(api.versions(self._s3, self._name, self._account)))

    def _to_be_filled(self, tags: Mapping[str, str], bundle: Bundle) -> Bucket:
        there = (self._s3, self._name, self._account)
        checksum = api.checksum(self._s3, self._name, bundle.key, self._account)
        return Bucket(
            name=self._name,
            tags=tags,
            policy=api.policy(*there),
            is_public_access_blocked=api.is_public_access_blocked(*there),
            bundles={} if checksum is None else {bundle.key: checksum},
        )

    def plan(self, current: Bucket | None) -> Plan:
        if current is None and self._bundle:
            regional = [api.NAMESPACE] if api.is_regional(self._s3, self._name, self._account) else []
            require(self._s3, [api.TAGS_AT_CREATION, *regional])
        wanted = wanted_bucket(self._params, self._bundle) if self._bundle else None
        return plan(wanted, current, purge_tags=self._params["purge_tags"])

    def judge(self, _current: Bucket | None) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Bucket | None) -> dict[str, Any]:
        if state is None or self._bundle is None:
            return {"agent": None}
        return {"agent": {"bucket": state.name, "key": self._bundle.key, "sha256": self._bundle.sha256}}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, tags: Mapping[str, str]) -> None:
        until_let_go(
            self.what,
            lambda: api.create(self._s3, self._name, tags, self._account),
            timeout=self.wait_timeout,
            held=is_being_deleted,
        )

    def _block_public_access(self) -> None:
        api.block_public_access(self._s3, self._name, self._account)

    def _restrict(self, *, policy: Mapping[str, Any]) -> None:
        api.put_policy(self._s3, self._name, policy, self._account)

    def _tag(self, *, tags: Mapping[str, str]) -> None:
        api.put_tags(self._s3, self._name, tags, self._account)

    def _put(self, *, key: str) -> None:
        api.put(self._s3, self._name, key, self._bundle.content, self._account)

    def _empty(self, *, versions: tuple[tuple[str, str], ...]) -> None:
        for start in range(0, len(versions), api.DELETED_AT_ONCE):
            api.delete_objects(self._s3, self._name, versions[start : start + api.DELETED_AT_ONCE], self._account)

    def _delete(self) -> None:
        api.delete(self._s3, self._name, self._account)
