"""All of it: made once, remembered in theirs.json, and looked at again and again."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from e2e import sandbox

from . import network, snapshot, things

DEADLINE = 60.0


def make() -> None:
    with ThreadPoolExecutor() as both:
        made = dict(zip(sandbox.SIDES, both.map(_make, sandbox.SIDES), strict=True))
    _file("theirs").write_text(json.dumps(made, indent=1))
    _file("theirs-before").write_text(json.dumps(snapshot.take(), indent=1))


def _make(side: str) -> dict[str, Any]:
    made = network.make(side)
    if side == "public":
        return {**made.as_dict(), **things.make_shop(made)}
    _logs_endpoint(made)
    office = things.make_back_office(made)
    _await_jobs()
    return {**made.as_dict(), **office}


def told() -> dict[str, Any]:
    return json.loads(_file("theirs").read_text())


def before() -> dict[str, Any]:
    """The snapshot as it was when everything was made."""
    return json.loads(_file("theirs-before").read_text())


def _file(name: str) -> Path:
    return sandbox.directory() / f"{name}.json"


def _logs_endpoint(made: network.Network) -> None:
    """One of the AWS services that the link's tasks need is reached already, by its own name."""
    ec2, region = sandbox.client("isolated", "ec2"), sandbox.facts()["region"]
    ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=made.vpc_id,
        ServiceName=f"com.amazonaws.{region}.logs",
        SubnetIds=made.private_subnet_ids,
        SecurityGroupIds=[network.group(ec2, made.vpc_id, "aws-endpoints", 443)],
        PrivateDnsEnabled=True,
        TagSpecifications=network.tagged("vpc-endpoint"),
    )


def _await_jobs() -> None:
    autoscaling, deadline = sandbox.client("isolated", "autoscaling"), time.monotonic() + DEADLINE
    while not _in_service(autoscaling):
        assert time.monotonic() < deadline, "no instance of the group came into service"
        time.sleep(0.2)


def _in_service(autoscaling: Any) -> bool:
    (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["jobs"])["AutoScalingGroups"]
    return any(one["LifecycleState"] == "InService" for one in group["Instances"])
