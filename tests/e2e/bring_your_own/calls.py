"""Calls to what is published, from inside the other side's VPC, at the addresses that Parameter Store gives there."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from e2e import sandbox, task
from e2e.theirs import company, things

CALLER = things.RESPONDER.with_name("caller.py")


def published(side: str) -> dict[str, dict[str, Any]]:
    """What the side reaches, by name."""
    ssm, path = sandbox.client(side, "ssm"), f"/twoway/{sandbox.LINK}/published"
    found = sandbox.pages(ssm, "get_parameters_by_path", "Parameters", Path=path)
    return {one["Name"].removeprefix(f"{path}/"): json.loads(one["Value"]) for one in found}


def make(side: str, *calls: dict[str, Any]) -> dict[str, str]:
    """What came back of each, or the error's name with three dots."""
    command = ["python3", "-c", CALLER.read_text()]
    answers = json.loads(task.Task(side, command, {"CALLS": json.dumps(calls)}).lines()[-1])
    return {name: one.get("got") or f"... {one['error']}" for name, one in answers.items()}


def get(path: str, host: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"


def visit(path: str) -> dict[str, Any]:
    """As CloudFront does it for a visitor: the public host's name, the load balancer's address."""
    wanted = {"url": f"https://{things.HOST}{path}", "connect_to": company.told()["public"]["alb_dns"]}
    request = urllib.request.Request(
        f"{sandbox.facts()['endpoint_url']}/_rig/internet-request",
        data=json.dumps(wanted).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
