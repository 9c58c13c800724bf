"""One-off ECS tasks started with plain boto3: the only way to stand inside a VPC and ask."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from . import link, sandbox

FAMILY = "e2e-requester"
LOG_GROUP = "/e2e/requester"
SCRIPT = Path(__file__).with_name("requester.py")
DEADLINE = 120.0
PROBE = ("probe",)  # the link's own, which may try anything


def public_requests(targets: list[dict[str, str]], *, seconds: float, pause: float = 0.02) -> dict[str, Any]:
    """REQUESTS for a client in the Public VPC: `targets` through the door, certificates verified."""
    authority = Path(sandbox.facts()["pki"]["ca"]).read_text()
    door = link.load_balancer("public", "service-proxy")
    return {"door": door["DNSName"], "ca_pem": authority, "seconds": seconds, "pause": pause, "targets": targets}


def ask(requests: dict[str, Any]) -> dict[str, Any]:
    """Runs the requester in the Public VPC to its end; tells what it printed."""
    with running(requests) as task:
        return task.told()


def running(requests: dict[str, Any], script: Path = SCRIPT) -> AbstractContextManager[Requester]:
    """A requester that runs beside the body; it is stopped at the end, whatever happened."""
    return beside(Requester("public", requests, script))


@contextmanager
def beside(requester: Requester) -> Iterator[Requester]:
    """The same for one that stands elsewhere."""
    try:
        requester.await_state("RUNNING", "STOPPED")
        yield requester
    finally:
        requester.stop()


class Task:
    """A command inside a VPC, in a task of its own. `groups` are security groups of the link's, its name left out."""

    def __init__(
        self,
        side: str,
        command: list[str],
        environment: dict[str, str] | None = None,
        groups: Sequence[str] = PROBE,
    ) -> None:
        self.ecs = sandbox.client(side, "ecs")
        self.logs = sandbox.client(side, "logs")
        self.arn = self._start(side, command, environment or {}, groups)

    def stop(self) -> None:
        self.ecs.stop_task(cluster=sandbox.LINK, task=self.arn, reason="enough")
        self.await_state("STOPPED")

    def lines(self) -> list[str]:
        """What it printed, once it has stopped."""
        self.await_state("STOPPED")
        lines = self._logged(startFromHead=True)
        assert lines, f"the task printed nothing: {self._look()}"
        return lines

    def _logged(self, **which: Any) -> list[str]:
        stream = f"requester/requester/{self.arn.rsplit('/', 1)[1]}"
        events = self.logs.get_log_events(logGroupName=LOG_GROUP, logStreamName=stream, **which)["events"]
        return [event["message"] for event in events]

    def await_state(self, *states: str) -> None:
        deadline = time.monotonic() + DEADLINE
        while self._look()["lastStatus"] not in states:
            assert time.monotonic() < deadline, f"the task is not {states}: {self._look()}"
            time.sleep(0.2)

    def _look(self) -> dict[str, Any]:
        (task,) = self.ecs.describe_tasks(cluster=sandbox.LINK, tasks=[self.arn])["tasks"]
        return task

    def _start(self, side: str, command: list[str], environment: dict[str, str], groups: Sequence[str]) -> str:
        variables = [{"name": name, "value": value} for name, value in environment.items()]
        started = self.ecs.run_task(
            cluster=sandbox.LINK,
            taskDefinition=self._register(side, command),
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": _network(side, groups)},
            overrides={"containerOverrides": [{"name": "requester", "environment": variables}]},
        )
        assert not started["failures"], started["failures"]
        return started["tasks"][0]["taskArn"]

    def _register(self, side: str, command: list[str]) -> str:
        if not self.logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]:
            self.logs.create_log_group(logGroupName=LOG_GROUP)
        account = sandbox.facts()["accounts"][side]["id"]
        region = sandbox.facts()["region"]
        definition = self.ecs.register_task_definition(
            family=FAMILY,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=f"arn:aws:iam::{account}:role/{sandbox.LINK}-probe-execution",
            containerDefinitions=[
                {
                    "name": "requester",
                    "image": f"{account}.dkr.ecr.{region}.amazonaws.com/twoway/probe:1",
                    "command": command,
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": LOG_GROUP,
                            "awslogs-region": region,
                            "awslogs-stream-prefix": "requester",
                        },
                    },
                }
            ],
        )["taskDefinition"]
        return definition["taskDefinitionArn"]


class Requester(Task):
    """Asks again and again, as its script says, and tells by lines of JSON."""

    def __init__(
        self, side: str, requests: dict[str, Any], script: Path = SCRIPT, groups: Sequence[str] = PROBE
    ) -> None:
        super().__init__(side, ["python3", "-c", script.read_text()], {"REQUESTS": json.dumps(requests)}, groups)

    def told(self) -> dict[str, Any]:
        """What it printed last, once it has stopped."""
        return json.loads(self.lines()[-1])

    def says(self) -> dict[str, Any]:
        """The last line it printed so far, or {}."""
        try:
            lines = self._logged(limit=1)
        except self.logs.exceptions.ResourceNotFoundException:  # its stream comes with its first line
            return {}
        return json.loads(lines[-1]) if lines else {}


def _network(side: str, groups: Sequence[str]) -> dict[str, Any]:
    """The private subnets that the link stands in, its own or another team's, and these groups."""
    ec2 = sandbox.client(side, "ec2")
    ours = {"Name": "tag:privatelink:link", "Values": [sandbox.LINK]}
    names = [f"{sandbox.LINK}-{group}" for group in groups]
    found = ec2.describe_security_groups(Filters=[ours, {"Name": "tag:Name", "Values": names}])["SecurityGroups"]
    assert len(found) == len(names), (names, found)
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [found[0]["VpcId"]]}])["Subnets"]
    private = [one["SubnetId"] for one in subnets if any("private" in tag for tag in sandbox.tags_of(one).values())]
    return {
        "subnets": private,
        "securityGroups": [group["GroupId"] for group in found],
        "assignPublicIp": "DISABLED",
    }
