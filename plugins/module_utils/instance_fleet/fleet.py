# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An Auto Scaling group with its launch template, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import client_token
from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet import api
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import (
    Fleet,
    Group,
    Template,
    desired_fleet,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.plan import plan, plan_absent


def not_yet(error: AwsError) -> bool:
    """A group of the same name is still being deleted, or IAM has not spread the instance profile yet, which takes
    it some seconds: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """
    return error.code == "AlreadyExists" or (error.code == "ValidationError" and "profile" in error.found.lower())


class InstanceFleet:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self.what = f"Auto Scaling group {self._name}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _ec2(self) -> Any:
        return self._connect("ec2")

    @property
    def _autoscaling(self) -> Any:
        return self._connect("autoscaling")

    def read(self) -> Fleet:
        template = self._template()
        return Fleet(name=self._name, template=template, group=self._group(template.version if template else 0))

    def _template(self) -> Template | None:
        item = api.template(self._ec2, self._name)
        if item is None:
            return None
        tags = boto3_tag_list_to_ansible_dict(item.get("Tags", []))
        if not self._ours("launch template", tags):
            return None
        latest = api.latest(self._ec2, item["LaunchTemplateId"])
        return _template(latest, tags)

    def _group(self, version: int) -> Group | None:
        item = api.group(self._autoscaling, self._name)
        if item is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}
        if not self._ours("Auto Scaling group", tags) or (self._params["state"] == "present" and _leaving(item)):
            return None
        outdated = _is_outdated(item, version) and not api.refreshes(self._autoscaling, self._name)
        return _group(item, tags, outdated)

    def _ours(self, kind: str, tags: Mapping[str, str]) -> bool:
        """Raises PrivateLinkError when the name is taken and something is to be made."""
        if self._owner.owns(tags):
            return True
        if self._params["state"] == "absent":
            return False
        raise PrivateLinkError(
            where=f"{kind} {self._name}",
            found="one without our tags",
            allowed="a name that is free, or one that is ours",
            remedy=f"rename the link, or tag it with {LINK}",
        )

    def plan(self, current: Fleet) -> Plan:
        if self._params["state"] == "absent":
            return plan_absent(current)
        keys = ("instance_profile_arn", "security_group_ids", "subnet_ids", "target_group_arns")
        return plan(
            desired_fleet(self._params),
            current,
            purge_tags=self._params["purge_tags"],
            refresh=self._params["refresh"],
            purge_target_groups=self._params["purge_target_groups"],
            unknown=unknown_options(**{key: self._params[key] for key in keys}),
        )

    def judge(self, current: Fleet) -> Verdict:
        """Instances start by themselves: whoever sends them requests waits for an answer."""
        return Verdict(settled=True)

    def report(self, state: Fleet) -> dict[str, Any]:
        group = state.group
        fleet = {"name": state.name, "instance_ids": list(group.instance_ids)} if group else None
        return {"fleet": fleet}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create_template(self, *, template: Template) -> None:
        token = client_token(self._owner, self._name, template.as_diff())
        api.create_template(self._ec2, self._name, template, token)

    def _create_version(self, *, template: Template) -> None:
        api.create_version(self._ec2, self._name, template)

    def _delete_template(self) -> None:
        api.delete_template(self._ec2, self._name)

    def _tag_template(self, *, id: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        if to_set:
            api.set_template_tags(self._ec2, id, to_set)
        if to_unset:
            api.unset_template_tags(self._ec2, id, to_unset)

    def _create_group(self, *, group: Group) -> None:
        create = api.create_group
        until_let_go(
            self.what,
            lambda: create(self._autoscaling, self._name, group),
            timeout=self.wait_timeout,
            held=not_yet,
        )

    def _update_group(self, *, group: Group) -> None:
        api.update_group(self._autoscaling, self._name, group)

    def _attach(self, *, arns: tuple[str, ...]) -> None:
        for some in _some(arns):
            api.attach(self._autoscaling, self._name, some)

    def _detach(self, *, arns: tuple[str, ...]) -> None:
        for some in _some(arns):
            api.detach(self._autoscaling, self._name, some)

    def _refresh(self) -> None:
        api.refresh(self._autoscaling, self._name)

    def _tag(self, *, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        if to_set:
            api.set_group_tags(self._autoscaling, self._name, to_set)
        if to_unset:
            api.unset_group_tags(self._autoscaling, self._name, to_unset)

    def _delete_group(self) -> None:
        """With its instances, and waits until they are gone: they hold their security group and subnet."""
        api.delete_group(self._autoscaling, self._name)
        until_settled(
            api.group(self._autoscaling, self._name),
            read=lambda: api.group(self._autoscaling, self._name),
            judge=lambda item: Verdict(settled=item is None, note="its instances are still stopping"),
            what=self.what,
            timeout=self.wait_timeout,
            clock=SystemClock(),
        )


def _some(arns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """At most as many as one call takes."""
    for start in range(0, len(arns), api.TARGET_GROUPS_AT_ONCE):
        yield arns[start : start + api.TARGET_GROUPS_AT_ONCE]


def _leaving(item: Mapping[str, Any]) -> bool:
    """`Status` is there only while a group is being deleted."""
    return bool(item.get("Status"))


def _template(version: Mapping[str, Any], tags: Mapping[str, str]) -> Template:
    data = version["LaunchTemplateData"]
    return Template(
        image_id=data.get("ImageId", ""),
        instance_type=data.get("InstanceType", ""),
        instance_profile_arn=data.get("IamInstanceProfile", {}).get("Arn"),
        security_group_ids=known_all(data.get("SecurityGroupIds", [])) or (),
        user_data=data.get("UserData", ""),
        tags=tags,
        id=version["LaunchTemplateId"],
        version=version["VersionNumber"],
    )


def _is_outdated(item: Mapping[str, Any], version: int) -> bool:
    launched = (instance.get("LaunchTemplate", {}).get("Version") for instance in item.get("Instances", []))
    return any(one is not None and str(one) != str(version) for one in launched)


def _group(item: Mapping[str, Any], tags: Mapping[str, str], outdated: bool) -> Group:
    subnets = [subnet_id for subnet_id in item.get("VPCZoneIdentifier", "").split(",") if subnet_id]
    return Group(
        min_size=item["MinSize"],
        max_size=item["MaxSize"],
        subnet_ids=known_all(subnets) or (),
        target_group_arns=known_all(item.get("TargetGroupARNs", [])) or (),
        grace_period=item["HealthCheckGracePeriod"],
        tags=tags,
        outdated=outdated,
        instance_ids=tuple(sorted(instance["InstanceId"] for instance in item.get("Instances", []))),
    )
