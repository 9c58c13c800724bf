"""Many services in a cloud without traffic, and canaries of them, each walked by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from e2e import sandbox
from unit.plugins.modules.conftest import make_site

DYING = Path(__file__).with_name("dying.py")
LOCK_SECONDS = 6  # longer than anything takes where the machine has much to do
PLAN = {
    "weights": [50, 100],
    "bake": 0,
    "interval": 1,
    "settle": 0,
    "checks": [],
    "abort_on": [],
}
OLD, NEW = "shop/app:1.0", "shop/app:1.1"


def _environment() -> dict[str, str]:
    paths = [str(sandbox.ROOT / ".venv" / "collections"), str(sandbox.ROOT / "tests")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def start(module: str, arguments: dict[str, Any], **death: Any) -> subprocess.Popen[str]:
    rig = sandbox.facts()
    account = rig["accounts"]["isolated"]
    connection = {
        "endpoint_url": rig["endpoint_url"],
        "region": rig["region"],
        "access_key": account["access_key"],
        "secret_key": account["secret_key"],
    }
    told = {"module": module, "arguments": {**connection, **arguments}, **death}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, str(DYING)], env=_environment(), text=True, **pipes)
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    process.stdin = None
    return process


def end(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the module said; {} when it was killed."""
    output, errors = process.communicate(timeout=240)
    if process.returncode < 0:
        return {}
    assert output, errors
    return json.loads(output)


def build(names: list[str]) -> None:
    """A service for each name, with two tasks that run."""
    site = make_site(SimpleNamespace(client=lambda service, account="isolated": sandbox.client(account, service)))
    services = [{"name": name, "image": OLD, "port": 8443, "desired_count": 2} for name in names]
    made = end(start("ecs_services", site.options(services=services)))
    assert not made.get("failed"), made


class Canary:
    """Of one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.parameter = f"/twoway/{sandbox.LINK}/canary/{service}"

    def start(
        self, action: str, by: str = "alice", plan: dict[str, Any] | None = None, image: str = NEW, **death: Any
    ) -> subprocess.Popen[str]:
        arguments = {
            "link": sandbox.LINK,
            "service": self.service,
            "action": action,
            "by": by,
            "lock_seconds": LOCK_SECONDS,
            "plan": {**PLAN, **(plan or {})},
            **({"image": image} if action in ("start", "run") else {}),
        }
        return start("canary", arguments, parameter=self.parameter, **death)

    def go(self, action: str, **more: Any) -> dict[str, Any]:
        return end(self.start(action, **more))

    def is_begun(self) -> bool:
        asked = {"Key": "Name", "Option": "Equals", "Values": [self.parameter]}
        return bool(sandbox.client("isolated", "ssm").describe_parameters(ParameterFilters=[asked])["Parameters"])

    def _history(self) -> list[dict[str, Any]]:
        pages = sandbox.client("isolated", "ssm").get_paginator("get_parameter_history").paginate(Name=self.parameter)
        return [item for page in pages for item in page["Parameters"]]

    def phases(self) -> list[str]:
        """Of every write of its state, the first one first."""
        return [json.loads(item["Value"])["phase"] for item in self._history()]

    def span(self) -> tuple[float, float]:
        """When its state was written for the first time, and for the last."""
        moments = [item["LastModifiedDate"].timestamp() for item in self._history()]
        return min(moments), max(moments)

    def holder(self) -> str | None:
        """Who has the lock, if anybody."""
        path = f"{self.parameter}/lock"
        found = sandbox.client("isolated", "ssm").get_parameters_by_path(Path=path)["Parameters"]
        newest = max(found, key=lambda item: int(item["Name"].rpartition("/")[2]))
        return json.loads(newest["Value"]).get("by")

    def weights(self) -> dict[str, int]:
        elb = sandbox.client("isolated", "elbv2")
        (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
        (listener,) = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        groups = [
            group
            for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
            for group in rule["Actions"][-1].get("ForwardConfig", {}).get("TargetGroups", ())
            if f"/{sandbox.LINK}-{self.service}-" in group["TargetGroupArn"]
        ]
        return {group["TargetGroupArn"].split("/")[1].rpartition("-")[2]: group["Weight"] for group in groups}

    def image(self) -> str:
        """What stable runs."""
        ecs = sandbox.client("isolated", "ecs")
        arn = self._service("stable")["taskDefinition"]
        return ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"][0]["image"]

    def _service(self, variant: str) -> dict[str, Any]:
        ecs = sandbox.client("isolated", "ecs")
        name = f"{sandbox.LINK}-{self.service}-{variant}"
        found = ecs.describe_services(cluster=sandbox.LINK, services=[name], include=["TAGS"])["services"]
        return found[0] if found else {"desiredCount": 0, "runningCount": 0, "tags": []}

    def untidy(self, image: str) -> list[str]:
        """What is not as it must be after an end, with stable on `image`."""
        stable, canary = self._service("stable"), self._service("canary")
        tags = {tag["key"]: tag["value"] for tag in stable["tags"]}
        found = {
            "image": (self.image(), image),
            "weights": ({"canary": 0, **self.weights()}, {"stable": 100, "canary": 0}),
            "stable's tasks": (stable["runningCount"], 2),
            "canary's tasks": ((canary["desiredCount"], canary["runningCount"]), (0, 0)),
            "held for the plan": (tags.get("privatelink:canary-plan", ""), ""),
            "holder": (self.holder(), None),
        }
        return [f"{key}: {is_so}, not {wanted}" for key, (is_so, wanted) in found.items() if is_so != wanted]
