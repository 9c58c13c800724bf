"""python fetch_agent.py /etc/twoway/agent.json /opt/twoway/agent: the agent, fetched, checked and unpacked."""

import hashlib
import io
import json
import sys
import tarfile
import time
from pathlib import Path
from shutil import rmtree

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# IAM needs a while to know a new role everywhere; until then S3 says AccessDenied.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
PAUSES = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)


def main() -> None:
    told, into = Path(sys.argv[1]), Path(sys.argv[2])
    where = json.loads(told.read_text())
    packed = fetch(where)
    found = hashlib.sha256(packed).hexdigest()
    if found != where["sha256"]:
        sys.exit(f"{where['key']}: its SHA-256 is {found}; refused")
    fresh = into.with_name(f"{into.name}.new")
    rmtree(fresh, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python knows of none
        archive.extractall(fresh)
    rmtree(into, ignore_errors=True)
    fresh.rename(into)


def fetch(where: dict[str, str]) -> bytes:
    for pause in PAUSES:
        try:
            return read(where)
        except (BotoCoreError, ClientError) as problem:
            print(f"{where['key']}: {problem}; again in {pause} s", file=sys.stderr, flush=True)
            time.sleep(pause)
    return read(where)


def read(where: dict[str, str]) -> bytes:
    """A new client each time: one that found no credentials would go on without."""
    s3 = boto3.client("s3", region_name=where["region"])
    return s3.get_object(Bucket=where["bucket"], Key=where["key"])["Body"].read()


if __name__ == "__main__":
    main()
