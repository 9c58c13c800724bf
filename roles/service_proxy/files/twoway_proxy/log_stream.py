"""A stream of a CloudWatch log group. No request waits for it."""

import asyncio
import contextlib
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Untold = (BotoCoreError, ClientError)
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_MOST_EVENTS, _MOST_BYTES, _BYTES_BESIDES = 10_000, 1_048_576, 26


class LogStream:
    """The group must be there; the stream is made when it is first written to."""

    def __init__(self, region: str, group: str, stream: str) -> None:
        self._region = region
        self._names = {"logGroupName": group, "logStreamName": stream}
        self._client: Any = None

    async def put(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Raises one of Untold."""
        now = int(time.time() * 1000)
        lines = [{"timestamp": now, "message": json.dumps(event, sort_keys=True)} for event in events]
        await asyncio.to_thread(self._put, lines)

    def _put(self, lines: list[dict[str, Any]]) -> None:
        if self._client is None:
            limits = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})
            client = boto3.client("logs", region_name=self._region, config=limits)
            with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
                client.create_log_stream(**self._names)
            self._client = client
        for part in parts(lines):
            self._client.put_log_events(**self._names, logEvents=part)


def parts(lines: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """As many at a time as one call takes."""
    part: list[dict[str, Any]] = []
    size = 0
    for line in lines:
        weight = len(line["message"].encode()) + _BYTES_BESIDES
        if part and (len(part) == _MOST_EVENTS or size + weight > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += weight
    if part:
        yield part
