"""SSM parameters, read by path with the instance's role, and the pace of reading them."""

import random
from collections.abc import Iterable
from typing import Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Unreadable = (BotoCoreError, ClientError)
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
PAGE = 10


class ParameterStore:
    """Raises one of `Unreadable` when any page cannot be read: half a catalogue is none."""

    def __init__(self, region: str) -> None:
        limits = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})
        self._client = boto3.client("ssm", region_name=region, config=limits)

    def read(self, path: str, deep: bool = True) -> dict[str, str]:
        """What lies below `path`; unless `deep`, only what lies directly below it."""
        pages = self._client.get_paginator("get_parameters_by_path")
        return {
            parameter["Name"]: parameter["Value"]
            for page in pages.paginate(Path=path, Recursive=deep, WithDecryption=True)
            for parameter in page["Parameters"]
        }


class Reading(Protocol):
    """What a proxy reads each time."""

    def read(self, store: ParameterStore) -> dict[str, str]: ...


class EveryTime:
    """All of some paths, each time."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)

    def read(self, store: ParameterStore) -> dict[str, str]:
        return {name: value for path in self._paths for name, value in store.read(path).items()}


class Pace:
    """Seconds until the next read: jittered, so that a fleet does not march in step, and longer after each failure."""

    LONGEST = 30.0

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failures = 0

    def after_success(self) -> float:
        self._failures = 0
        return self._seconds * random.uniform(0.8, 1.2)

    def after_failure(self) -> float:
        self._failures = min(self._failures + 1, 10)
        return min(self._seconds * 2**self._failures, self.LONGEST) * random.uniform(0.5, 1.0)
