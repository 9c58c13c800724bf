"""S3 as AWS answers it where moto's differs: whose a bucket is, and what a new one has.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
"""

from __future__ import annotations

from typing import Any

import moto.s3.responses
import xmltodict
from moto.core.common_types import TYPE_RESPONSE
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends
from moto.s3.responses import S3Response

from rig.control.settings import Settings

# The status makes the error here: HEAD has no body to tell a code in.
_DENIED: TYPE_RESPONSE = (403, {}, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")


class Response(S3Response):
    def _bucket_response(self, request: Any, full_url: str) -> str | TYPE_RESPONSE:
        if self._is_another_owner():
            return _DENIED
        before = self.bucket_name in s3_backends.bucket_accounts
        answer = super()._bucket_response(request, full_url)
        if not before and self.bucket_name in s3_backends.bucket_accounts:
            self._furnish()
        return answer

    def _key_response(self, request: Any, full_url: str) -> TYPE_RESPONSE:
        return _DENIED if self._is_another_owner() else super()._key_response(request, full_url)

    def _is_another_owner(self) -> bool:
        """A bucket is its owner's, and whoever expects another owner is told so.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
        """
        held = s3_backends.bucket_accounts.get(self.bucket_name)
        if held is None or self._creates():
            return False  # CreateBucket has refusals of its own
        owner = held[1]
        expected = self.headers.get("x-amz-expected-bucket-owner", owner)
        return self.current_account != owner or expected != owner

    def _creates(self) -> bool:
        return self.request.method == "PUT" and not self.parsed_url.query and not self.parse_key_name()

    def _furnish(self) -> None:
        """Tags of CreateBucketConfiguration; and nothing public, as with every bucket since April 2023.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
        """
        bucket = self.backend.get_bucket(self.bucket_name)
        bucket.public_access_block = PublicAccessBlock(*["true"] * 4)
        given = xmltodict.parse(self.body) if self.body else {}
        tags = ((given.get("CreateBucketConfiguration") or {}).get("Tags") or {}).get("Tag", [])
        listed = tags if isinstance(tags, list) else [tags]
        if listed:
            self.backend.put_bucket_tagging(self.bucket_name, {tag["Key"]: tag["Value"] or "" for tag in listed})


def _unjudged(_bucket: FakeBucket, _action: str, _resource: str) -> PermissionResult:
    """No policy is enforced here. moto would, but denies whatever a statement's condition does not fit."""
    return PermissionResult.NEUTRAL


def install(_settings: Settings) -> None:
    s3_backends.bucket_accounts.clear()  # the one thing moto keeps outside of its backends
    FakeBucket.get_permission = _unjudged
    moto.s3.responses.S3Response = Response  # moto loads its table of urls afresh for S3, and with it this name
