"""Clients of one service that do not stop, what they were answered, by version, and the weights that were live."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from . import sandbox, services, task

LOOKS = 0.2  # seconds between two looks at the weights
# Requests that are on their way while weights change: the load balancer learns of them within the second.
UNSURE = 1.0


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """`seconds` are as shopper.py prints them: the second, the version, the status, the number."""

    seconds: Mapping[str, Mapping[str, Mapping[str, int]]]
    errors: tuple[str, ...] = ()

    def counts(self, begin: float = 0.0, end: float = float("inf")) -> Counter[tuple[str, str]]:
        """Of whole seconds in [begin, end), by version and status."""
        found: Counter[tuple[str, str]] = Counter()
        for second, versions in self.seconds.items():
            if begin <= int(second) and int(second) + 1 <= end:
                for version, statuses in versions.items():
                    for status, number in statuses.items():
                        found[version, status] += number
        return found

    def total(self, begin: float = 0.0, end: float = float("inf")) -> int:
        return sum(self.counts(begin, end).values())

    def failed(self, besides: str = "") -> int:
        """Of all versions but that one."""
        counts = self.counts().items()
        return sum(number for (version, status), number in counts if status != "200" and version != besides)

    def share(self, version: str, begin: float = 0.0, end: float = float("inf")) -> float:
        """In per cent of all."""
        counts = self.counts(begin, end)
        of_it = sum(number for (each, _status), number in counts.items() if each == version)
        return 100 * of_it / (sum(counts.values()) or 1)


class Shoppers(task.Task):
    """In the Public VPC, through the door."""

    def __init__(self, service: str, connections: int, seconds: float, pause: float = 0.0) -> None:
        wanted = task.public_requests([services.target(service)], seconds=seconds, pause=pause)
        environment = {
            "REQUESTS": json.dumps({**wanted, "connections": connections}),
            "PYTHONPATH": str(sandbox.ROOT / "tests"),
        }
        super().__init__("public", ["python3", "-m", "e2e.shopper"], environment)
        self.await_state("RUNNING", "STOPPED")

    def stop(self) -> None:
        if self._look()["lastStatus"] != "STOPPED":
            super().stop()

    def receipts(self, at_once: bool = True) -> Receipts:
        """Ends them, if they have not ended yet, or waits for their end."""
        if at_once:
            self.stop()
        told = json.loads(self.lines()[-1])
        return Receipts(seconds=told["seconds"], errors=tuple(told["errors"]))


class Weights:
    """What share the canary of a service has by its rule, as often as it changes: (since when, per cent)."""

    def __init__(self, service: str) -> None:
        self._elb = sandbox.client("isolated", "elbv2")
        self._rule, self._listener, self._canary = _found(service)
        self.seen: list[tuple[float, float]] = []
        self._until = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(LOOKS):
            share = self.live()
            if not self.seen or self.seen[-1][1] != share:
                self.seen.append((time.time(), share))

    def live(self) -> float:
        rules = self._elb.describe_rules(ListenerArn=self._listener)["Rules"]
        (actions,) = (rule["Actions"] for rule in rules if rule["RuleArn"] == self._rule)
        groups = actions[-1]["ForwardConfig"]["TargetGroups"]
        total = sum(group["Weight"] for group in groups)
        return 100 * sum(group["Weight"] for group in groups if self._canary in group["TargetGroupArn"]) / total

    def steps(self) -> Iterator[tuple[float, float, float]]:
        """(share, from when, until when) of each share it had, without the moments of change."""
        ends = [since for since, _share in self.seen[1:]] + [self._until or time.time()]
        for (since, share), end in zip(self.seen, ends, strict=True):
            yield share, since + UNSURE, end - LOOKS - UNSURE

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        self._until = time.time()


def _found(service: str) -> tuple[str, str, str]:
    """The rule's ARN, its listener's, and what the ARN of the canary's target group holds."""
    wanted = {"privatelink:service": service, "privatelink:link": sandbox.LINK}
    filters = [{"Key": key, "Values": [value]} for key, value in wanted.items()]
    tagging = sandbox.client("isolated", "resourcegroupstaggingapi")
    arns = [item["ResourceARN"] for item in tagging.get_resources(TagFilters=filters)["ResourceTagMappingList"]]
    (rule,) = (arn for arn in arns if ":listener-rule/" in arn)
    return rule, rule.rpartition("/")[0].replace(":listener-rule/", ":listener/"), f"/{sandbox.LINK}-{service}-canary/"


@contextmanager
def watched(service: str) -> Iterator[Weights]:
    weights = Weights(service)
    try:
        yield weights
    finally:
        weights.stop()


def parameter(name: str) -> Any:
    return json.loads(sandbox.client("isolated", "ssm").get_parameter(Name=name)["Parameter"]["Value"])
