# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""S3's calls for a bucket of ours. PRIVATE to the collection.

Each says whose the bucket must be, so that a name somebody else has taken is refused by S3 itself.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, unless_new
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature

DELETED_AT_ONCE = 1000  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
TAGS_AT_CREATION = Feature(
    option="tags", operation="CreateBucket", parameter="CreateBucketConfiguration.Tags", since="1.39.2"
)
NAMESPACE = Feature(option="name", operation="CreateBucket", parameter="BucketNamespace", since="1.42.67")
_HOME = "us-east-1"  # the one region that must not be named: LocationConstraint does not know it
_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(
            ["NoSuchBucket", "NoSuchBucketPolicy", "NoSuchPublicAccessBlockConfiguration", "404"]
        )


@Missing.list_error_handler("read the tags of bucket {name}", None)
def tags(client: Any, name: str, owner: str) -> dict[str, str] | None:
    """None when there is no such bucket."""
    try:
        answer = client.get_bucket_tagging(Bucket=name, ExpectedBucketOwner=owner, aws_retry=True)
    except is_boto3_error_code("NoSuchTagSet"):
        return {}
    return boto3_tag_list_to_ansible_dict(answer["TagSet"])


@Missing.list_error_handler("read the policy of bucket {name}", None)
def policy(client: Any, name: str, owner: str) -> dict[str, Any] | None:
    return json.loads(client.get_bucket_policy(Bucket=name, ExpectedBucketOwner=owner, aws_retry=True)["Policy"])


@Missing.list_error_handler("read the public access block of bucket {name}", False)
def is_public_access_blocked(client: Any, name: str, owner: str) -> bool:
    answer = client.get_public_access_block(Bucket=name, ExpectedBucketOwner=owner, aws_retry=True)
    return answer["PublicAccessBlockConfiguration"] == _BLOCKED


@Missing.list_error_handler("look at {key} in bucket {name}", None)
def checksum(client: Any, name: str, key: str, owner: str) -> str | None:
    """The SHA-256 in base64; "" of an object that was put without one; None when there is none."""
    answer = client.head_object(Bucket=name, Key=key, ChecksumMode="ENABLED", ExpectedBucketOwner=owner, aws_retry=True)
    return answer.get("ChecksumSHA256", "")


@aws_call("list the objects of bucket {name}")
def versions(client: Any, name: str, owner: str) -> list[tuple[str, str]]:
    """(key, version id) of every version and delete marker; in a bucket that keeps no versions the id is "null"."""
    return list(_versions(client, Bucket=name, ExpectedBucketOwner=owner))


def _versions(client: Any, **request: Any) -> Iterator[tuple[str, str]]:
    while True:
        answer = client.list_object_versions(**request, aws_retry=True)
        for item in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())):
            yield item["Key"], item["VersionId"]
        if not answer.get("IsTruncated"):
            return
        request["KeyMarker"], request["VersionIdMarker"] = answer["NextKeyMarker"], answer["NextVersionIdMarker"]


def is_regional(client: Any, name: str, owner: str) -> bool:
    """Whether the name is one of the account's own, which nobody else can take, before or after us.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
    """
    return name.endswith(f"-{owner}-{client.meta.region_name}-an")


@aws_call("create bucket {name}")
def create(client: Any, name: str, tags: Mapping[str, str], owner: str) -> None:
    region = client.meta.region_name
    place = {} if region == _HOME else {"LocationConstraint": region}
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={**place, "Tags": ansible_dict_to_boto3_tag_list(dict(tags))},
        **({"BucketNamespace": "account-regional"} if is_regional(client, name, owner) else {}),
        aws_retry=True,
    )


@aws_call("block public access to bucket {name}")
def block_public_access(client: Any, name: str, owner: str) -> None:
    client.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=_BLOCKED, ExpectedBucketOwner=owner, aws_retry=True
    )


@aws_call("write the policy of bucket {name}")
@unless_new(["NoSuchBucket"])
def put_policy(client: Any, name: str, document: Mapping[str, Any], owner: str) -> None:
    client.put_bucket_policy(Bucket=name, Policy=json.dumps(document), ExpectedBucketOwner=owner, aws_retry=True)


@aws_call("tag bucket {name}")
def put_tags(client: Any, name: str, tags: Mapping[str, str], owner: str) -> None:
    """All of them: PutBucketTagging replaces what was there."""
    tagging = {"TagSet": ansible_dict_to_boto3_tag_list(dict(tags))}
    client.put_bucket_tagging(Bucket=name, Tagging=tagging, ExpectedBucketOwner=owner, aws_retry=True)


@aws_call("put {key} into bucket {name}")
@unless_new(["NoSuchBucket"])
def put(client: Any, name: str, key: str, content: bytes, owner: str) -> None:
    """S3 compares the SHA-256 with what arrives, and tells it ever after."""
    client.put_object(
        Bucket=name, Key=key, Body=content, ChecksumAlgorithm="SHA256", ExpectedBucketOwner=owner, aws_retry=True
    )


@aws_call("empty bucket {name}")
def delete_objects(client: Any, name: str, versions: Sequence[tuple[str, str]], owner: str) -> None:
    """At most DELETED_AT_ONCE. S3 answers 200 and lists what it did not delete."""
    listed = {"Objects": [{"Key": key, "VersionId": version} for key, version in versions], "Quiet": True}
    answer = client.delete_objects(Bucket=name, Delete=listed, ExpectedBucketOwner=owner, aws_retry=True)
    for refused in answer.get("Errors", ())[:1]:
        raise AwsError(
            where=f"{refused['Key']} in bucket {name}",
            found=f"{refused['Code']}: {refused.get('Message', '')}",
            code=refused["Code"],
        )


@Missing.deletion_error_handler("delete bucket {name}")
def delete(client: Any, name: str, owner: str) -> bool:
    client.delete_bucket(Bucket=name, ExpectedBucketOwner=owner, aws_retry=True)
    return True
