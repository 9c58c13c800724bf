"""Which of S3's operations a request is. REST requests do not say it; the API log does."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qs, urlsplit

import botocore.session
from botocore.model import OperationModel

# A copy is told by a header: here it passes as what it does, PutObject. Directory buckets are not emulated.
_TOLD_OTHERWISE = ("CopyObject", "UploadPartCopy", "ListDirectoryBuckets")
_VIRTUAL_HOST = re.compile(r".+\.s3[.-]")


def name(method: str, host: str, path: str, query: str) -> str:
    """The operation's name, or the method and the path of what is none."""
    bucket, _slash, key = path.strip("/").partition("/")
    depth = min(2, bool(bucket) + bool(key) + bool(_VIRTUAL_HOST.match(host)))
    asked = parse_qs(query, keep_blank_values=True).keys()
    fitting = [(len(keys), operation) for keys, operation in _table()[method, depth] if keys <= asked]
    return max(fitting)[1] if fitting else f"{method.title()} {path}"


@cache
def _table() -> dict[tuple[str, int], list[tuple[frozenset[str], str]]]:
    """(method, 0 for the account, 1 for a bucket, 2 for an object) -> the query each operation is known by."""
    table: dict[tuple[str, int], list[tuple[frozenset[str], str]]] = {
        (method, depth): [] for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS") for depth in range(3)
    }
    model = botocore.session.get_session().get_service_model("s3")
    for operation in (name for name in model.operation_names if name not in _TOLD_OTHERWISE):
        told = model.operation_model(operation)
        keys = parse_qs(urlsplit(told.http["requestUri"]).query, keep_blank_values=True).keys()
        # Not by the path: a client takes the bucket out of the model's paths when it makes its first request.
        depth = len(_required(told, "uri"))
        table[told.http["method"], depth].append((keys | _required(told, "querystring"), operation))
    return table


def _required(operation: OperationModel, location: str) -> frozenset[str]:
    """Parameters without which the operation is another one: ListParts without uploadId is GetObject."""
    shape = operation.input_shape
    members = [shape.members[name] for name in shape.required_members] if shape else []
    return frozenset(m.serialization["name"] for m in members if m.serialization.get("location") == location)
