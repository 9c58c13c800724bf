# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A probe: which checks to make, and from where. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe import prober

ROLE_TAG = "privatelink:role"
ROLE = "verify"
CONTAINER = "probe"
STREAM_PREFIX = "probe"
STOPPED = "STOPPED"  # of a task as of a container
NEEDED = {"http": ("url",), "tcp": ("host", "port"), "proxy": ("url", "proxy")}


class ProbeError(PrivateLinkError):
    """Names every check that did not find what it expected, and carries the rows of all."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = list(rows)
        self.bad = [row for row in rows if not row["ok"]]
        super().__init__(where="checks", found=f"{len(self.bad)} of {len(self.rows)} not as expected")

    @property
    def message(self) -> str:
        return "\n".join([f"{self.found}:", *map(_line, self.bad)])

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), "rows": self.rows}


def _line(row: Mapping[str, Any]) -> str:
    expected, found = _words(row["expected"]), _words(row["found"])
    return f"- {row['name']}: expected {expected}, found {found} after {row['seconds']} s"


def _words(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What one task tries: the checks that want the same security groups, each with its place in the list."""

    security_group_ids: tuple[str, ...]
    checks: tuple[tuple[int, Mapping[str, Any]], ...]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One run: a task for each set of security groups that checks want."""

    link: str
    side: str
    region: str
    cluster: str
    image: str
    log_group: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    execution_role_arn: str
    task_role_arn: str | None
    checks: tuple[Mapping[str, Any], ...]
    tags: Mapping[str, str]
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str) -> Probe:
        return cls(
            link=params["link"],
            side=params["side"],
            region=region,
            cluster=params["cluster"],
            image=params["image"],
            log_group=params["log_group"],
            subnet_ids=tuple(params["subnet_ids"]),
            security_group_ids=tuple(params["security_group_ids"]),
            execution_role_arn=params["execution_role_arn"],
            task_role_arn=params["task_role_arn"],
            checks=checked(params["checks"]),
            tags={str(key): str(value) for key, value in (params["tags"] or {}).items()},
            wait_timeout=params["wait_timeout"],
        )

    @property
    def family(self) -> str:
        return f"{self.link}-{self.side}-probe"

    def errands(self) -> tuple[Errand, ...]:
        """In the order in which their first checks come."""
        found: dict[tuple[str, ...], list[tuple[int, Mapping[str, Any]]]] = {}
        for index, check in enumerate(self.checks):
            groups = tuple(sorted({*self.security_group_ids, *check.get("security_group_ids", ())}))
            found.setdefault(groups, []).append((index, check))
        return tuple(Errand(security_group_ids=groups, checks=tuple(checks)) for groups, checks in found.items())

    def all_tags(self) -> dict[str, str]:
        return {**self.tags, LINK: self.link, SIDE: self.side, ROLE_TAG: ROLE, NAME: self.family}

    def task_definition(self, errand: Errand, source: str) -> dict[str, Any]:
        """Everything is in the definition: overrides of RunTask end at 8 KB, a definition at 64.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
        """
        container = {
            "name": CONTAINER,
            "image": self.image,
            "essential": True,
            "command": ["python3", "-c", source],
            "environment": [{"name": prober.CHECKS, "value": prober.pack([check for _index, check in errand.checks])}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group,
                    "awslogs-region": self.region,
                    "awslogs-stream-prefix": STREAM_PREFIX,
                },
            },
        }
        return {
            "family": self.family,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": self.execution_role_arn,
            "containerDefinitions": [container],
            **({"taskRoleArn": self.task_role_arn} if self.task_role_arn else {}),
        }

    def task(self, errand: Errand, definition: str, token: str) -> dict[str, Any]:
        network = {
            "subnets": list(self.subnet_ids),
            "securityGroups": list(errand.security_group_ids),
            "assignPublicIp": "DISABLED",
        }
        return {
            "cluster": self.cluster,
            "taskDefinition": definition,
            "launchType": "FARGATE",
            "count": 1,
            "clientToken": token,
            "startedBy": self.family[:36],
            "networkConfiguration": {"awsvpcConfiguration": network},
        }


def checked(checks: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Without the options a check leaves open; raises for one that its kind cannot do without."""
    result = []
    for index, check in enumerate(checks):
        for key in NEEDED[check["kind"]]:
            if check.get(key) is None:
                raise PrivateLinkError(
                    where=f"checks[{index}].{key}",
                    found="nothing",
                    allowed=f"what a check of kind {check['kind']} needs",
                )
        expect = {key: value for key, value in (check["expect"] or {}).items() if value is not None}
        if not expect:
            raise PrivateLinkError(
                where=f"checks[{index}].expect",
                found="nothing",
                allowed="status, json, connected or refused",
                remedy="a check that expects nothing always holds",
            )
        headers = {str(key): str(value) for key, value in (check.get("headers") or {}).items()}
        given = {key: value for key, value in check.items() if value is not None}
        result.append({**given, "headers": headers, "expect": expect})
    return tuple(result)


def stream_name(task_arn: str) -> str:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html"""
    return f"{STREAM_PREFIX}/{CONTAINER}/{task_arn.rpartition('/')[2]}"


def rows_of(lines: Iterable[str]) -> tuple[list[dict[str, Any]], bool]:
    """The rows among a task's log lines, and whether they are all."""
    rows, complete = [], False
    for line in lines:
        if line.startswith(prober.ROW):
            rows.append(json.loads(line[len(prober.ROW) :]))
        complete = complete or line.startswith(prober.END)
    return rows, complete


def has_ended(task: Mapping[str, Any]) -> bool:
    """Whether its containers have stopped. AWS then takes its interface away before it calls the task STOPPED.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
    """
    statuses = {container.get("lastStatus") for container in task.get("containers") or ()}
    return task.get("lastStatus") == STOPPED or statuses == {STOPPED}


def why_stopped(task: Mapping[str, Any]) -> str:
    """The reasons AWS gives for a task that ended: its own, its container's, and the exit status."""
    containers = task.get("containers") or ()
    reasons = [task.get("stoppedReason"), *(container.get("reason") for container in containers)]
    codes = [f"exit status {c['exitCode']}" for c in containers if c.get("exitCode") is not None]
    return "; ".join([reason for reason in reasons if reason] + codes) or "no reason given"
