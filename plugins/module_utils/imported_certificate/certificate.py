# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A certificate imported into ACM, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._creating import made_once
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import (
    NAME,
    Owner,
    refuse_two_in_use,
    tag_changes,
    tags_after,
    wanted_tags,
    why_spare,
    write_tags,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._pem import bare, certificates_in
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.imported_certificate import api


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """`blocks` are the certificate and its chain, without the white space that ACM changes.

    `twins` are others of its name that carry our tags; what uses each is known where there are any.
    """

    name: str
    blocks: tuple[str, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None
    used_by: tuple[str, ...] = ()
    imported: str = ""
    twins: tuple[Certificate, ...] = ()

    @property
    def all_of_its_name(self) -> tuple[Certificate, ...]:
        return (self, *self.twins)

    @property
    def label(self) -> str:
        return f"certificate {self.name}"

    def as_diff(self) -> dict[str, Any]:
        twins = {"others_of_its_name": [twin.arn for twin in self.twins]} if self.twins else {}
        return {"name": self.name, "certificates": list(self.blocks), "tags": dict(sorted(self.tags.items())), **twins}


def blocks_of(*texts: str | None) -> tuple[str, ...]:
    return tuple(bare(block) for text in texts for block in certificates_in(text))


def leaf_and_chain(certificate: str, chain: str | None) -> tuple[str, str]:
    """ACM takes the leaf alone and everything above it as the chain; a PEM file often holds both."""
    leaf, *intermediates = certificates_in(certificate)
    return leaf, "\n".join([*intermediates, *certificates_in(chain)])


def plan(desired: Certificate | None, current: Certificate | None, *, purge_tags: bool) -> Plan:
    if desired is None:
        return Plan(before=current, after=None, changes=tuple(_away(current)))
    if current is None:
        change = Change(
            verb="create", target=f"certificate {desired.name}", why="absent", values={"tags": desired.tags}
        )
        return Plan(before=None, after=desired, changes=(change,))
    refuse_two_in_use(current.label, {str(one.arn): one.used_by for one in current.all_of_its_name})
    after = replace(desired, arn=current.arn, tags=tags_after(current.tags, desired.tags, purge_tags))
    changes = (*_towards(desired, current, purge_tags), *_spare(current))
    return Plan(before=current, after=after, changes=changes)


def _away(current: Certificate | None) -> Iterator[Change]:
    for one in current.all_of_its_name if current else ():
        yield _delete(one, current, "not wanted")


def _spare(current: Certificate) -> Iterator[Change]:
    for twin in current.twins:
        yield _delete(twin, current, why_spare(len(current.all_of_its_name)))


def _delete(one: Certificate, current: Certificate, why: str) -> Change:
    target = f"{one.label} ({one.arn})" if current.twins else one.label
    return Change(verb="delete", target=target, why=why, values={"arn": one.arn})


def _towards(desired: Certificate, current: Certificate, purge_tags: bool) -> Iterator[Change]:
    target = f"certificate {current.name}"
    if desired.blocks != current.blocks:
        yield Change(verb="replace", target=target, why="another certificate", values={"arn": current.arn})
    to_set, to_unset = tag_changes(current.tags, desired.tags, purge_tags)
    if to_set or to_unset:
        values = {"arn": current.arn, "to_set": to_set, "to_unset": to_unset}
        yield Change(verb="tag", target=target, why=f"tags {', '.join([*to_set, *to_unset])}", values=values)


class ImportedCertificate:
    def __init__(self, params: Mapping[str, Any], connect: Connect) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self.what = f"certificate {self._name}"
        self.wait_timeout = params["wait_timeout"]
        if params["state"] == "present" and not certificates_in(params["certificate"]):
            raise PrivateLinkError(where="certificate", found="no certificate in it", allowed="certificates in PEM")

    @property
    def _client(self) -> Any:
        return self._connect("acm")

    def read(self) -> Certificate | None:
        found = self._ours()
        if len(found) > 1:
            told = [self._with_users(one) for one in found]
            found = sorted(told, key=lambda one: (-len(one.used_by), one.imported, str(one.arn)))
        if not found:
            return None
        first, *twins = found
        return replace(first, blocks=blocks_of(*api.bodies(self._client, str(first.arn))), twins=tuple(twins))

    def _ours(self) -> list[Certificate]:
        return [item for item in self._tagged() if self._owner.owns(item.tags) and item.tags.get(NAME) == self._name]

    def _with_users(self, one: Certificate) -> Certificate:
        item = api.describe(self._client, str(one.arn))
        imported = item.get("ImportedAt") or item.get("CreatedAt")
        return replace(one, used_by=tuple(item.get("InUseBy", ())), imported=imported.isoformat() if imported else "")

    def _tagged(self) -> Iterator[Certificate]:
        for item in api.certificates(self._client):
            arn = item["CertificateArn"]
            tags = boto3_tag_list_to_ansible_dict(api.tags(self._client, arn))
            yield Certificate(name=self._name, blocks=(), tags=tags, arn=arn)

    def plan(self, current: Certificate | None) -> Plan:
        wanted = None
        if self._params["state"] == "present":
            blocks = blocks_of(*leaf_and_chain(self._params["certificate"], self._params["chain"]))
            wanted = Certificate(name=self._name, blocks=blocks, tags=wanted_tags(self._name, self._params["tags"]))
        return plan(wanted, current, purge_tags=self._params["purge_tags"])

    def judge(self, current: Certificate | None) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Certificate | None) -> dict[str, Any]:
        return {"certificate_arn": state.arn if state else None}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _material(self) -> dict[str, bytes]:
        leaf, chain = leaf_and_chain(self._params["certificate"], self._params["chain"])
        material = {"Certificate": leaf.encode(), "PrivateKey": self._params["private_key"].encode()}
        return {**material, "CertificateChain": chain.encode()} if chain else material

    def _create(self, *, tags: Mapping[str, str]) -> None:
        """ACM takes no client token: where it did not say whether it has it now, the tags do."""

        def find() -> str | None:
            return min((str(one.arn) for one in self._ours()), default=None)

        made_once(lambda: api.import_new(self._connect("acm", once=True), self._material(), tags), find)

    def _replace(self, *, arn: str) -> None:
        api.import_again(self._client, arn, self._material())

    def _tag(self, *, arn: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, arn, to_set, to_unset)

    def _delete(self, *, arn: str) -> None:
        until_let_go(self.what, lambda: api.delete(self._client, arn), timeout=self.wait_timeout)
