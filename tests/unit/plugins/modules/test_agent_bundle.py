"""agent_bundle: a private bucket that is ours from its first moment, and an agent named by its hash."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from botocore.client import BaseClient

MODULE, ACCOUNT = "agent_bundle", "public"
NAME = "tokyo-door-111111111111-ap-northeast-1-an"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
AGENT = b"the agent"
SHA256 = hashlib.sha256(AGENT).hexdigest()
KEY = f"agent/{SHA256}.tar"
LOOKS = ["GetBucketTagging", "HeadObject", "GetBucketPolicy", "GetPublicAccessBlock"]


def asking(content: bytes = AGENT, **more):
    return {
        "name": NAME,
        "account_id": "111111111111",
        "content": base64.b64encode(content).decode(),
        "tags": TAGS,
        **more,
    }


WANTED = asking()
ABSENT = {**WANTED, "state": "absent"}


@pytest.fixture
def s3(cloud):
    return cloud.client("s3", ACCOUNT)


def buckets(s3) -> list[str]:
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def keys(s3) -> list[str]:
    return sorted(item["Key"] for item in s3.list_objects_v2(Bucket=NAME).get("Contents", []))


def verbs(result) -> list[str]:
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, cloud, s3):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["agent"] == {"bucket": NAME, "key": KEY, "sha256": SHA256}
    assert verbs(result) == ["create", "restrict", "put"]
    assert cloud.calls == ["GetBucketTagging"] and buckets(s3) == []


def test_made(run, s3):
    assert run(MODULE, ACCOUNT, **WANTED)["agent"]["sha256"] == SHA256

    assert s3.get_object(Bucket=NAME, Key=KEY)["Body"].read() == AGENT
    told = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=NAME)["TagSet"]}
    assert told == {**TAGS, "Name": NAME}
    assert set(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values()) == {True}
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"])["Statement"]
    assert statement["Effect"] == "Deny" and statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and cloud.calls == LOOKS
    assert result["diff"]["before"] == result["diff"]["after"]


def test_another_agent_leaves_the_former_where_it_is(run, s3):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **asking(b"a newer agent"))

    assert verbs(result) == ["put"] and result["agent"]["sha256"] != SHA256
    assert keys(s3) == sorted([KEY, result["agent"]["key"]])


def _public(s3):
    s3.delete_public_access_block(Bucket=NAME)


def _open(s3):
    s3.delete_bucket_policy(Bucket=NAME)


def _damaged(s3):
    s3.put_object(Bucket=NAME, Key=KEY, Body=b"another", ChecksumAlgorithm="SHA256")


def _without_checksum(s3):
    s3.put_object(Bucket=NAME, Key=KEY, Body=b"another")


def _removed(s3):
    s3.delete_object(Bucket=NAME, Key=KEY)


def _tagged(s3):
    s3.put_bucket_tagging(
        Bucket=NAME, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": "x"}.items()]}
    )


DRIFT = {
    "public access not blocked": (_public, "block_public_access"),
    "no policy": (_open, "restrict"),
    "another content": (_damaged, "put"),
    "another content, without checksum": (_without_checksum, "put"),
    "no agent": (_removed, "put"),
    "another tag": (_tagged, "tag"),
}


@pytest.mark.parametrize(("change", "verb"), DRIFT.values(), ids=DRIFT)
def test_drift_is_told_and_mended(run, s3, change, verb):
    run(MODULE, ACCOUNT, **WANTED)
    change(s3)

    assert verbs(run(MODULE, ACCOUNT, check=True, **WANTED)) == [verb]
    assert verbs(run(MODULE, ACCOUNT, **WANTED)) == [verb]
    assert not run(MODULE, ACCOUNT, **WANTED)["changed"]
    assert s3.get_object(Bucket=NAME, Key=KEY)["Body"].read() == AGENT


@pytest.mark.parametrize("versioned", [False, True])
def test_absent_and_again(run, s3, versioned):
    run(MODULE, ACCOUNT, **WANTED)
    if versioned:  # by somebody's hand: a delete alone would only mark what is there
        s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
        _damaged(s3)
        _removed(s3)
    run(MODULE, ACCOUNT, **asking(b"a newer agent"))

    assert verbs(run(MODULE, ACCOUNT, check=True, **ABSENT)) == ["empty", "delete"]
    assert run(MODULE, ACCOUNT, **ABSENT)["agent"] is None and buckets(s3) == []
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]
    assert run(MODULE, ACCOUNT, **WANTED)["changed"] and keys(s3) == [KEY]


@pytest.mark.parametrize("changes", range(1, 4))
def test_killed_and_run_again(run, s3, killed_after, changes):
    """Whatever the first run came to make carries our tags, so the second one finishes it."""
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **WANTED)
    run(MODULE, ACCOUNT, **WANTED)

    assert not run(MODULE, ACCOUNT, **WANTED)["changed"] and keys(s3) == [KEY]


@pytest.mark.parametrize("changes", [1, 2])
def test_tear_down_killed_and_run_again(run, s3, killed_after, changes):
    run(MODULE, ACCOUNT, **WANTED)
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **ABSENT)
    run(MODULE, ACCOUNT, **ABSENT)

    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and buckets(s3) == []


def test_one_without_our_tags(run, s3):
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    s3.put_object(Bucket=NAME, Key="theirs", Body=b"")

    assert f"bucket {NAME}: one without our tags" in run(MODULE, ACCOUNT, **WANTED)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and keys(s3) == ["theirs"]


def test_one_of_another_account(run, cloud):
    there = {"LocationConstraint": "ap-northeast-1"}
    cloud.client("s3", "isolated").create_bucket(Bucket="tokyo-door", CreateBucketConfiguration=there)
    result = run(MODULE, ACCOUNT, **asking(name="tokyo-door"))

    assert result["failed"] and result["failure"]["code"] == "AccessDenied"


def test_the_account_must_be_the_one_that_is_named(run, s3):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **asking(account_id="222222222222"))

    assert result["failed"] and result["failure"]["code"] == "AccessDenied"


def test_what_s3_does_not_delete_is_an_error(run, s3, monkeypatch):
    """DeleteObjects answers 200 all the same."""
    run(MODULE, ACCOUNT, **WANTED)
    real = BaseClient._make_api_call
    refused = {"Errors": [{"Key": KEY, "Code": "InternalError", "Message": "Please try again"}]}

    def call(client, operation, arguments):
        return refused if operation == "DeleteObjects" else real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)

    assert "InternalError: Please try again" in run(MODULE, ACCOUNT, **ABSENT)["msg"]
    assert buckets(s3) == [NAME]


def test_an_older_sdk_is_told_before_anything_is_made(run, old_sdk, s3):
    old_sdk("CreateBucket", "BucketNamespace")
    for check in (True, False):
        assert "botocore 1.42.67 or newer" in run(MODULE, ACCOUNT, check=check, **WANTED)["msg"]
    assert buckets(s3) == []
    assert run(MODULE, ACCOUNT, **asking(name="tokyo-door"))["agent"]["bucket"] == "tokyo-door"


@pytest.mark.parametrize("content", ["no base64", "YQ"])
def test_content_must_be_base64(run, cloud, content):
    result = run(MODULE, ACCOUNT, **{**WANTED, "content": content})

    assert result["failure"]["where"] == "content" and cloud.calls == []
