# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What has to be done to a bucket. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.model import Bucket


def plan(desired: Bucket | None, current: Bucket | None, *, purge_tags: bool = True) -> Plan:
    """Bundles of other contents stay: instances of an older launch template version may still fetch them."""
    if desired is None:
        return Plan(before=current, after=None, changes=tuple(_away(current)))
    if current is None:
        return Plan(before=None, after=desired, changes=tuple(_from_nothing(desired)))
    after = replace(
        desired,
        tags=tags_after(current.tags, desired.tags, purge_tags),
        bundles={**current.bundles, **desired.bundles},
    )
    return Plan(before=current, after=after, changes=tuple(_towards(after, current)))


def _away(current: Bucket | None) -> Iterator[Change]:
    if current is None:
        return
    if current.versions:
        why = f"{len(current.versions)} in a bucket that is not wanted"
        yield _change("empty", current, why, versions=current.versions)
    yield _change("delete", current, "not wanted")


def _from_nothing(desired: Bucket) -> Iterator[Change]:
    """The tags travel with the creation: a bucket is ours from its first moment, and private by S3's default."""
    yield _change("create", desired, "absent", tags=desired.tags)
    yield _change("restrict", desired, "absent", policy=desired.policy)
    yield from _missing(desired, {})


def _towards(wanted: Bucket, current: Bucket) -> Iterator[Change]:
    if not current.is_public_access_blocked:
        yield _change("block_public_access", current, "public access is not blocked")
    if wanted.policy != current.policy:
        yield _change("restrict", current, "another policy", policy=wanted.policy)
    if wanted.tags != current.tags:
        names = sorted(dict(wanted.tags.items() ^ current.tags.items()))
        yield _change("tag", current, f"tags {', '.join(names)}", tags=wanted.tags)
    yield from _missing(wanted, current.bundles)


def _missing(wanted: Bucket, found: dict[str, str]) -> Iterator[Change]:
    for key, checksum in wanted.bundles.items():
        if found.get(key) != checksum:
            yield _change("put", wanted, f"{key} is {'damaged' if key in found else 'missing'}", key=key)


def _change(verb: str, bucket: Bucket, why: str, **values: object) -> Change:
    return Change(verb=verb, target=f"bucket {bucket.name}", why=why, values=values)
