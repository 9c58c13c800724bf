"""Runs inside a task, on a Python of its own: gets out by three libraries, with what its environment says.

`python ask.py HOST HOST...` prints a line of JSON: by library and host, what was heard from there, or what went wrong.
"""

import json
import sys
import urllib.request

import boto3
import requests
from botocore.config import Config

SECONDS = 10


def by_urllib(host):
    with urllib.request.urlopen(f"https://{host}/x", timeout=SECONDS) as answer:
        return json.load(answer)["host"]


def by_requests(host):
    return requests.get(f"https://{host}/x", timeout=SECONDS).json()["host"]


def by_boto3(host):
    """As from an S3 that stands there: whatever answers 200 has the object."""
    limits = Config(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
    )
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": "eu-west-1"}
    s3 = boto3.client("s3", endpoint_url=f"https://{host}", config=limits, **keys)
    return json.load(s3.get_object(Bucket="bucket", Key="key")["Body"])["host"]


def outcome(ask, host):
    try:
        return ask(host)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


told = {
    name: {host: outcome(ask, host) for host in sys.argv[1:]}
    for name, ask in (("urllib", by_urllib), ("requests", by_requests), ("boto3", by_boto3))
}
print(json.dumps({"python": sys.version.split()[0], "told": told}), flush=True)
