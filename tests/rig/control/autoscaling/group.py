"""An Auto Scaling group and its members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState
from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplateVersion

from rig.control import snapshot
from rig.control.autoscaling.refresh import Refresh
from rig.world import Credentials

if TYPE_CHECKING:
    from rig.control.autoscaling.hooks import Hook, Wait
    from rig.control.autoscaling.policies import Policy

ACTIVITIES_KEPT = 100


class Member(InstanceState):
    """An instance of a group, from Pending to InService to Terminating."""

    def __init__(
        self, group: Group, instance: Instance, version: LaunchTemplateVersion, credentials: Credentials | None
    ) -> None:
        instance.autoscaling_group = group
        super().__init__(
            instance,
            lifecycle_state="Pending",
            protected_from_scale_in=group.new_instances_protected_from_scale_in,
            autoscaling_group=group,
        )
        self.version = version
        self.credentials = credentials
        self.launched_at: datetime = utcnow()
        self.in_service_since: float | None = None  # the clock's time
        self.waits: dict[str, Wait] = {}  # by the hook's name

    @property
    def launch_template(self) -> dict[str, Any]:
        template = self.version.template
        return {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Version": str(self.version.number),
        }

    @property
    def is_leaving(self) -> bool:
        return self.lifecycle_state.startswith("Terminating")

    @property
    def target_state(self) -> str:
        """Where it is on its way to, as its metadata tells it from the moment it sets out.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
        """
        return "Terminated" if self.is_leaving else "InService"


class Group(FakeAutoScalingGroup):
    """A group that only says how many it wants; `scheduler` launches and ends them."""

    status: str | None = None
    forced = False

    def __init__(self, *settings: Any, **more: Any) -> None:
        self.activities: list[dict[str, Any]] = []  # the newest first
        self.refreshes: list[Refresh] = []  # the newest first
        self.hooks: dict[str, Hook] = {}
        self.policies: dict[str, Policy] = {}
        self.may_launch_at = 0.0
        super().__init__(*settings, **more)

    def set_desired_capacity(self, new_capacity: int | None) -> None:
        wanted = self.min_size if new_capacity is None else new_capacity
        if not (self.min_size or 0) <= wanted <= self.max_size:
            raise ValidationError(
                f"Desired capacity:{wanted} must be between the specified min size:{self.min_size} "
                f"and max size:{self.max_size}"
            )
        self.desired_capacity = wanted
        snapshot.touch()

    @property
    def members(self) -> list[Member]:
        return self.instance_states

    @property
    def staying(self) -> list[Member]:
        return [member for member in self.members if not member.is_leaving]

    @property
    def version(self) -> LaunchTemplateVersion:
        """What an instance launched now is made from: during a refresh its desired configuration, until it succeeds or
        is rolled back.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
        """
        wanted = self.refresh.wanted_version if self.refresh else None
        return wanted or self.saved_version

    @property
    def saved_version(self) -> LaunchTemplateVersion:
        """What the group's own settings say."""
        return self.ec2_launch_template.get_version(self.launch_template_version)

    @property
    def subnet_ids(self) -> list[str]:
        return self.vpc_zone_identifier.split(",")

    @property
    def refresh(self) -> Refresh | None:
        """The one under way."""
        return next((refresh for refresh in self.refreshes if refresh.is_active), None)

    def record(self, description: str, cause: str, failure: str = "") -> None:
        now = utcnow()
        activity = {
            "ActivityId": str(uuid4()),
            "AutoScalingGroupName": self.name,
            "AutoScalingGroupARN": self.arn,
            "Description": description,
            "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} {cause}",
            "StartTime": now,
            "EndTime": now,
            "StatusCode": "Failed" if failure else "Successful",
            "StatusMessage": failure or None,
            "Progress": 100,
        }
        self.activities = [activity, *self.activities][:ACTIVITIES_KEPT]
