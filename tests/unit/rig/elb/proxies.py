"""A group `proxies` of two instances behind a network load balancer, and its launch template."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any


@dataclass
class Proxies:
    """A group `proxies` of two instances behind a network load balancer, and its launch template."""

    autoscaling: Any
    ec2: Any
    template: str
    target_group: str

    def create(self, network, **more: Any) -> None:
        wanted = {
            "AutoScalingGroupName": "proxies",
            "MinSize": 1,
            "MaxSize": 4,
            "DesiredCapacity": 2,
            "LaunchTemplate": {"LaunchTemplateId": self.template, "Version": "$Latest"},
            "VPCZoneIdentifier": ",".join(network.subnet_ids),
            "TargetGroupARNs": [self.target_group],
            "Tags": [{"Key": "Name", "Value": "proxies", "PropagateAtLaunch": True}],
        }
        self.autoscaling.create_auto_scaling_group(**wanted | more)

    def update(self, **more: Any) -> None:
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="proxies", **more)

    def group(self) -> dict[str, Any]:
        (found,) = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["proxies"])["AutoScalingGroups"]
        return found

    def states(self) -> list[str]:
        return [one["LifecycleState"] for one in self.group()["Instances"]]

    def ids(self) -> set[str]:
        return {one["InstanceId"] for one in self.group()["Instances"]}

    def instances(self) -> dict[str, dict[str, Any]]:
        pages = self.ec2.describe_instances()["Reservations"]
        return {one["InstanceId"]: one for page in pages for one in page["Instances"]}

    def new_version(self, script: str) -> None:
        """A version that says one thing anew, and inherits the rest."""
        data = {"UserData": encoded(script)}
        self.ec2.create_launch_template_version(
            LaunchTemplateId=self.template, SourceVersion="$Latest", LaunchTemplateData=data
        )

    def refresh(self, **preferences: Any) -> str:
        started = self.autoscaling.start_instance_refresh(AutoScalingGroupName="proxies", Preferences=preferences)
        return started["InstanceRefreshId"]

    def refreshes(self) -> list[tuple[str, int]]:
        found = self.autoscaling.describe_instance_refreshes(AutoScalingGroupName="proxies")["InstanceRefreshes"]
        return [(one["Status"], one["PercentageComplete"]) for one in found]


def encoded(script: str) -> str:
    return base64.b64encode(script.encode()).decode()
