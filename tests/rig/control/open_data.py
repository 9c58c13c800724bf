"""What AWS itself keeps in S3 for everybody: one small file stands for it, and whose the layers of images are.

https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html (the agent's bucket, by
region; its latest/VERSION is what installers ask for first, without credentials)
"""

from __future__ import annotations

import re

from rig.control.wire import Answer

ACCOUNT = "000000000001"  # AWS's own; its number is documented nowhere
_OPEN = re.compile(r"amazon-ssm-[a-z]{2}(?:-[a-z]+)+-\d")
_LAYERS = re.compile(r"prod-[a-z]{2}(?:-[a-z]+)+-\d-starport-layer-bucket")
_OBJECTS = {"latest/VERSION": b"3.3.4624.0\n"}


def owner_of(bucket: str) -> str | None:
    """AWS's account, for a bucket of its own."""
    return ACCOUNT if _OPEN.fullmatch(bucket) or _LAYERS.fullmatch(bucket) else None


def read(method: str, bucket: str, key: str) -> Answer | None:
    """The object, for whoever asks; None for everything else."""
    body = _OBJECTS.get(key) if _OPEN.fullmatch(bucket) and method in ("GET", "HEAD") else None
    if body is None:
        return None
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    return Answer(status=200, headers=headers, body=body if method == "GET" else b"")
