"""What a call asks for, as a policy sees it: by whom, which action, on whose resource.

The service authorization reference tells each service's: https://docs.aws.amazon.com/service-authorization/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from rig.control import iam, open_data, wire

_EVERYTHING = "*"
_ANONYMOUS = "anonymous"
_PREFIXES = {"monitoring": "cloudwatch", "email": "ses"}  # of actions, where it is not what requests are signed for
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, where names differ
_S3_ACTIONS = {
    "HeadObject": "GetObject",
    "GetObjectAttributes": "GetObject",
    "SelectObjectContent": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListBuckets": "ListAllMyBuckets",
    "DeleteObjects": "DeleteObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketTagging": "PutBucketTagging",
}
_BUCKET_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?(?:bucket\.vpce-[^.]+\.)?s3[.-]")
# Fields of a request that name a resource, by service: what the last part of its ARN is made of.
_NAMED: dict[str, dict[str, str]] = {
    "dynamodb": {"TableName": "table/{}"},
    "ecr": {"repositoryName": "repository/{}", "repositoryNames": "repository/{}"},
    "logs": {"logGroupName": "log-group:{}", "logGroupIdentifier": "log-group:{}"},
    "secretsmanager": {"SecretId": "secret:{}", "SecretIdList": "secret:{}", "Name": "secret:{}"},
    "ssm": {"Name": "parameter/{}", "Names": "parameter/{}", "Path": "parameter/{}"},
}
_QUEUE = re.compile(r"https?://[^/]+/(\d{12})/(.+)")
# Public parameters are AWS's, and their ARN has no account:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
_PUBLIC_PARAMETER = "aws/"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose key a call is signed with; nobody's, if it is not signed. `arn` is the user's or the role's."""

    account_id: str
    arn: str
    session_arn: str
    partition: str = "aws"

    @classmethod
    def of(cls, account_id: str, partition: str, access_key: str) -> Caller:
        if not account_id:
            return cls(account_id="", arn=_ANONYMOUS, session_arn=_ANONYMOUS)
        arn = iam.arn_of(account_id, partition, access_key)
        session = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key)
        session_arn = session.arn if session else arn
        return cls(account_id=account_id, arn=arn, session_arn=session_arn, partition=partition)

    @classmethod
    def role(cls, arn: str, session: str) -> Caller:
        """A role of a task, such as the one that ECS prepares it with."""
        partition, account_id, name = arn.split(":")[1], arn.split(":")[4], arn.rpartition("/")[2]
        assumed = f"arn:{partition}:sts::{account_id}:assumed-role/{name}/{session}"
        return cls(account_id=account_id, arn=arn, session_arn=assumed, partition=partition)

    def names(self, *, by_account: bool) -> frozenset[str]:
        """What Principal may call it. At a gateway endpoint an account means its root user alone.

        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
        """
        root = f"arn:{self.partition}:iam::{self.account_id}:root"
        return frozenset({self.arn, self.session_arn, *([root] if by_account else [])})

    def context(self) -> dict[str, str]:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
        if not self.account_id:
            return {"aws:PrincipalIsAWSService": "false"}
        kind = "AssumedRole" if ":assumed-role/" in self.session_arn else "User"
        return {
            "aws:PrincipalAccount": self.account_id,
            "aws:PrincipalArn": self.arn,
            "aws:PrincipalIsAWSService": "false",
            "aws:PrincipalType": kind,
        }


@dataclass(frozen=True, kw_only=True)
class Ask:
    """`owner` is the account of the resource."""

    action: str
    resource: str
    owner: str
    region: str

    def context(self) -> dict[str, str]:
        return {"aws:ResourceAccount": self.owner, "aws:RequestedRegion": self.region}


def of(call: wire.Call, environ: wire.Environ, caller: Caller) -> Iterator[Ask]:
    """Each must be allowed. What names no resource is about the caller's own account."""
    if call.service == "s3":
        yield from _of_s3(call, environ, caller)
        return
    prefix = _PREFIXES.get(call.service, call.service)
    found = list(dict.fromkeys(_resources(prefix, call, caller))) or [(_EVERYTHING, caller.account_id)]
    for resource, owner in found:
        yield Ask(action=f"{prefix}:{call.action}", resource=resource, owner=owner, region=call.region)


def _of_s3(call: wire.Call, environ: wire.Environ, caller: Caller) -> Iterator[Ask]:
    def ask(action: str, bucket: str, key: str) -> Ask:
        arn = f"arn:{caller.partition}:s3:::{bucket}"
        resource = f"{arn}/{key}" if key else arn if bucket else _EVERYTHING
        owner = owner_of_bucket(bucket) or caller.account_id  # one that is not there is told by S3 itself
        return Ask(action=f"s3:{action}", resource=resource, owner=owner, region=call.region)

    bucket, key = bucket_and_key(environ)
    copied = unquote(environ.get("HTTP_X_AMZ_COPY_SOURCE", "")).lstrip("/").partition("?")[0]
    if copied:
        source, _slash, source_key = copied.partition("/")
        yield ask("GetObject", source, source_key)
    yield ask(_S3_ACTIONS.get(call.action, call.action), bucket, key)


def bucket_and_key(environ: wire.Environ) -> tuple[str, str]:
    """Of either style: the bucket in front of the host, or of the path."""
    path = environ.get("PATH_INFO", "/").lstrip("/")
    match = _BUCKET_HOST.match(environ.get("HTTP_HOST", ""))
    if match and match["bucket"]:
        return match["bucket"], path
    bucket, _slash, key = path.partition("/")
    return bucket, key


def owner_of_bucket(bucket: str) -> str | None:
    held = s3_backends.bucket_accounts.get(bucket)
    return held[1] if held else open_data.owner_of(bucket)


def _resources(prefix: str, call: wire.Call, caller: Caller) -> Iterator[tuple[str, str]]:
    """ARN and owner of each resource that the request names."""
    fields = _fields(call)
    account = str(fields.get("registryId") or caller.account_id)
    for name, value in fields.items():
        for text in (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)):
            if re.match(rf"arn:[a-z-]+:{prefix}:", text) or (prefix == "sts" and name == "RoleArn"):
                yield text, text.split(":")[4] or open_data.ACCOUNT
            elif queue := _QUEUE.fullmatch(text) if prefix == "sqs" else None:
                yield f"arn:{caller.partition}:sqs:{call.region}:{queue[1]}:{queue[2]}", queue[1]
            elif name in _NAMED.get(prefix, {}):
                yield _named(prefix, _NAMED[prefix][name], text.lstrip("/"), call.region, account, caller.partition)


def _named(prefix: str, form: str, name: str, region: str, account: str, partition: str) -> tuple[str, str]:
    if prefix == "ssm" and name.startswith(_PUBLIC_PARAMETER):
        return f"arn:{partition}:ssm:{region}::{form.format(name)}", open_data.ACCOUNT
    return f"arn:{partition}:{prefix}:{region}:{account}:{form.format(name)}", account


def _fields(call: wire.Call) -> dict[str, Any]:
    text = call.body.decode("utf-8", "replace")
    if call.protocol in ("ec2", "query"):
        return {name: values[0] for name, values in parse_qs(text).items()}
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
