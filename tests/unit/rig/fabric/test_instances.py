"""EC2 instances: user data, units, metadata, and their end."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from rig.world import Credentials, Workload, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Cloud

_numbers = count(1)

BOOT = r"""#!/bin/bash
set -eu
unit() {
  cat > "/etc/systemd/system/$1.service" <<UNIT
[Service]
Environment=GREETING="hello there"
ExecStart=/opt/twoway/runtime/bin/python3 -c \\
  "import os, time; os.write(1, ('$1 says ' + os.environ['GREETING'] + os.linesep).encode()); time.sleep($2)" MARK
Restart=always
RestartSec=10ms
UNIT
}
unit brief 0
unit lasting 600
systemctl daemon-reload
systemctl enable --now brief lasting
systemctl is-active lasting
token=$(curl -sX PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60')
get() { curl -s -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"; }
echo "metadata $(get instance-id) $(get local-ipv4) $(get placement/availability-zone-id)"
echo "on its way to $(get autoscaling/target-lifecycle-state)"
echo "role $(get iam/security-credentials/) $(get iam/security-credentials/proxy | tr -d '\n')"
echo "without a token $(curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/instance-id)"
grep nameserver /etc/resolv.conf
echo "found $(find /etc/twoway /var/lib/twoway /var/log/twoway -mindepth 1 | wc -l)"
"""


@pytest.fixture
def instance(cloud: Cloud, base: World) -> Iterator[Workload]:
    """Booted with BOOT, and gone afterwards."""
    name = f"i-{next(_numbers)}"
    made = Workload(
        id=name,
        kind="instance",
        account_id="111111111111",
        region=worlds.REGION,
        interface_id="eni-proxy",
        user_data=BOOT.replace("MARK", f"{cloud.state_dir}/{name}"),
        role_name="proxy",
        credentials=Credentials(access_key="ASIA1", secret_key="s", session_token="t"),
        metadata={"target_lifecycle_state": "InService"},
    )
    foot = worlds.interface("proxy", worlds.PUBLIC, "private-a", "10.0.10.70", "client")
    cloud.apply(replace(base, interfaces=(*base.interfaces, foot), workloads=(*base.workloads, made)))
    yield made
    cloud.apply(base)


def printed(cloud: Cloud, instance: Workload) -> list[str]:
    return cloud.printed().get(instance.id, [])


def test_user_data_runs_as_on_ec2(cloud: Cloud, instance: Workload):
    cloud.wait_until(lambda _: "nameserver 10.0.0.2" in printed(cloud, instance), "the end of the user data")
    lines = printed(cloud, instance)
    assert "active" in lines
    assert "lasting says hello there" in lines
    assert f"metadata {instance.id} 10.0.10.70 apne1-az4" in lines
    assert "on its way to InService" in lines
    role = next(line for line in lines if line.startswith("role proxy "))
    assert json.loads(role.removeprefix("role proxy "))["AccessKeyId"] == "ASIA1"
    assert "without a token 401" in lines
    cloud.wait_until(lambda _: "found 0" in printed(cloud, instance), "empty directories")


def test_a_unit_that_ends_is_started_again(cloud: Cloud, instance: Workload):
    cloud.wait_until(lambda _: printed(cloud, instance).count("brief says hello there") > 1, "a second life")


def test_nothing_of_an_instance_outlives_it(cloud: Cloud, base: World, instance: Workload):
    mark = f"{cloud.state_dir}/{instance.id}"
    cloud.wait_until(lambda _: running(mark), "the unit")
    cloud.apply(base)
    cloud.wait_until(lambda _: not running(mark), "the end of the unit")


def running(mark: str) -> list[str]:
    """Processes with `mark` among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(path.parts[2])
    return found
