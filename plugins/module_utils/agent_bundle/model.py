# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A bucket that holds a proxy's agent. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What instances fetch. Its key is its content's hash: another content never replaces one that is in use."""

    content: bytes

    @classmethod
    def from_base64(cls, text: str) -> Bundle:
        """Raises PrivateLinkError."""
        try:
            return cls(content=base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError) as problem:
            raise PrivateLinkError(where="content", found=f"no base64 ({problem})") from problem

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def checksum(self) -> str:
        """The same hash as S3 tells it."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    @property
    def key(self) -> str:
        return f"agent/{self.sha256}.tar"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """`policy` is the parsed document, or None. `bundles` maps the keys that were asked for to their checksums.

    `versions` are (key, version id) of all that must go before the bucket can: read only when it shall go.
    """

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: Mapping[str, Any] | None = None
    is_public_access_blocked: bool = True
    bundles: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[tuple[str, str], ...] = ()

    def as_diff(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "tags": dict(sorted(self.tags.items())),
            "policy": self.policy,
            "public_access_blocked": self.is_public_access_blocked,
            "bundles": sorted(self.bundles),
        }


def wanted_bucket(params: Mapping[str, Any], bundle: Bundle) -> Bucket:
    name = params["name"]
    return Bucket(
        name=name,
        tags=wanted_tags(name, params["tags"]),
        policy=tls_only(name),
        bundles={bundle.key: bundle.checksum},
    )


def tls_only(name: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit"""
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
