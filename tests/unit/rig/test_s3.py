"""S3 where moto's differs from AWS: owners, tags at creation, nothing public; and what the API log calls requests."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from botocore.exceptions import ClientError
from rig.control import s3_operations

NAME = "tokyo-agent-111111111111-ap-northeast-1-an"
HERE = {"LocationConstraint": "ap-northeast-1"}
TAGS = [{"Key": "privatelink:link", "Value": "tokyo"}, {"Key": "empty", "Value": ""}]


@pytest.fixture
def s3(cloud):
    return cloud.client("public", "s3")


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket=NAME, BucketNamespace="account-regional", CreateBucketConfiguration={**HERE, "Tags": TAGS})
    return NAME


def refusal(call, **request) -> tuple[int, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer = refused.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def test_a_new_bucket_has_its_tags_and_nothing_public(s3, bucket):
    """docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True} and len(blocked) == 4


def test_a_bucket_made_without_tags_has_none(s3):
    s3.create_bucket(Bucket="plain-bucket", CreateBucketConfiguration=HERE)
    assert refusal(s3.get_bucket_tagging, Bucket="plain-bucket")[1] == "NoSuchTagSet"


@pytest.mark.parametrize("operation", ["head_bucket", "get_bucket_tagging", "get_bucket_policy", "delete_bucket"])
def test_a_bucket_is_its_owners_alone(cloud, s3, bucket, operation):
    assert refusal(getattr(cloud.client("isolated", "s3"), operation), Bucket=bucket)[0] == 403
    assert refusal(getattr(s3, operation), Bucket=bucket, ExpectedBucketOwner="222222222222")[0] == 403


def test_objects_are_the_owners_alone(cloud, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"text", ExpectedBucketOwner="111111111111")
    other = cloud.client("isolated", "s3")
    assert refusal(other.get_object, Bucket=bucket, Key="a/b") == (403, "AccessDenied")
    assert refusal(other.put_object, Bucket=bucket, Key="a/b", Body=b"other")[0] == 403
    assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"text"


def test_the_account_regional_namespace_is_the_accounts(cloud):
    """docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html"""
    other = cloud.client("isolated", "s3")
    asked = {"Bucket": NAME, "BucketNamespace": "account-regional", "CreateBucketConfiguration": HERE}
    assert refusal(other.create_bucket, **asked)[0] == 400


def test_a_name_is_taken_for_everybody(cloud, s3, bucket):
    again = {"Bucket": bucket, "CreateBucketConfiguration": HERE}
    assert refusal(s3.create_bucket, **again)[1] == "BucketAlreadyOwnedByYou"
    assert refusal(cloud.client("isolated", "s3").create_bucket, **again)[1] == "BucketAlreadyExists"


def test_a_checksum_is_kept_and_told(s3, bucket):
    """docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, x-amz-checksum-mode"""
    s3.put_object(Bucket=bucket, Key="k", Body=b"text", ChecksumAlgorithm="SHA256")
    told = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["ChecksumSHA256"]
    assert told == b64encode(hashlib.sha256(b"text").digest()).decode()


def test_a_bucket_with_objects_stays(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"text")
    assert refusal(s3.delete_bucket, Bucket=bucket)[1] == "BucketNotEmpty"
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)
    assert refusal(s3.head_bucket, Bucket=bucket) == (404, "404")


VIRTUAL = "b.s3.ap-northeast-1.amazonaws.com"
REQUESTS = {
    "GetBucketTagging": ("GET", "127.0.0.1:4", "/b", "tagging"),
    "GetPublicAccessBlock": ("GET", "127.0.0.1:4", "/b", "publicAccessBlock"),
    "CreateBucket": ("PUT", "127.0.0.1:4", "/b", ""),
    "DeleteObjects": ("POST", "127.0.0.1:4", "/b", "delete"),
    "ListObjectVersions": ("GET", VIRTUAL, "/", "versions&prefix=x"),
    "HeadObject": ("HEAD", "127.0.0.1:4", "/b/k/l", ""),
    "GetObject": ("GET", VIRTUAL, "/k/l", "x-id=GetObject"),
    "PutObject": ("PUT", VIRTUAL, "/k", ""),
    "ListBuckets": ("GET", "127.0.0.1:4", "/", ""),
}


@pytest.mark.parametrize(("operation", "request_line"), REQUESTS.items(), ids=REQUESTS)
def test_the_api_log_names_operations(operation, request_line):
    assert s3_operations.name(*request_line) == operation
