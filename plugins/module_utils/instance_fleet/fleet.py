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
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet import api, found
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import (
    Fleet,
    Group,
    Template,
    desired_fleet,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.plan import plan, plan_absent
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.refresh import (
    Refresh,
    judge,
    preferences,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import Policy


def not_yet(error: AwsError) -> bool:
    """A group of the same name is still being deleted, or IAM has not spread the instance profile yet, which takes
    it some seconds: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """
    return error.code == "AlreadyExists" or (error.code == "ValidationError" and "profile" in error.found.lower())


def another_goes_on(error: AwsError) -> bool:
    """One that was cancelled or is being rolled back has not ended yet."""
    return error.code == "InstanceRefreshInProgress"


class InstanceFleet:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self._teller = Teller(params.get("progress_path"))
        self._preferences = preferences(params)
        self._version = 0  # the latest of the launch template
        self._root_device = ""
        self._awaited: str | None = None  # the refresh that this run waits for
        self.what = f"Auto Scaling group {self._name}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _ec2(self) -> Any:
        return self._connect("ec2")

    @property
    def _autoscaling(self) -> Any:
        return self._connect("autoscaling")

    @property
    def _present(self) -> bool:
        return self._params["state"] == "present"

    def read(self) -> Fleet:
        template = self._template()
        self._version = template.version if template else 0
        if self._present and not self._root_device:
            self._root_device = self._device_of_image()
        return Fleet(name=self._name, template=template, group=self._group())

    def _device_of_image(self) -> str:
        """The name of the root volume: under any other name it would be a second one, and the first not encrypted."""
        image = api.image(self._ec2, self._params["image_id"])
        if image is None or not image.get("RootDeviceName"):
            raise PrivateLinkError(
                where="image_id",
                found=f"{self._params['image_id']}, {'which has no root volume' if image else 'which is not there'}",
                allowed="an AMI of this region that the account may use",
                remedy="correct it",
            )
        return image["RootDeviceName"]

    def _template(self) -> Template | None:
        item = api.template(self._ec2, self._name)
        if item is None:
            return None
        tags = boto3_tag_list_to_ansible_dict(item.get("Tags", []))
        if not self._ours("launch template", tags):
            return None
        return found.template(api.latest(self._ec2, item["LaunchTemplateId"]), tags)

    def _group(self) -> Group | None:
        item = api.group(self._autoscaling, self._name)
        if item is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}
        if not self._ours("Auto Scaling group", tags) or (self._present and found.is_leaving(item)):
            return None
        outdated = found.is_outdated(item, self._version)
        asks_for_hook = self._present and self._params["drain_timeout"] is not None
        hooks = api.hooks(self._autoscaling, self._name) if asks_for_hook else []
        asks_for_policies = self._present and self._params["scaling_policies"] is not None
        policies = api.policies(self._autoscaling, self._name) if asks_for_policies else None
        refresh = self._refresh_now(outdated)
        return found.group(item, tags, outdated=outdated, hooks=hooks, policies=policies, refresh=refresh)

    def _refresh_now(self, outdated: bool) -> Refresh | None:
        """The one that is awaited; before there is one, the one under way, if there may be any."""
        if not self._present or not self._params["refresh"] or not (outdated or self._awaited):
            return None
        ids = (self._awaited,) if self._awaited else ()
        told = [Refresh.from_boto(item) for item in api.refreshes(self._autoscaling, self._name, ids)]
        refresh = next((one for one in told if self._awaited or one.is_under_way), None)
        if refresh:
            self._awaited = refresh.id
            self._teller.tell(f"{self._name}: {refresh.line}")
        return refresh

    def _ours(self, kind: str, tags: Mapping[str, str]) -> bool:
        return self._owner.may_use(tags, where=f"{kind} {self._name}", making=self._present)

    def plan(self, current: Fleet) -> Plan:
        if not self._present:
            return plan_absent(current)
        keys = ("instance_profile_arn", "security_group_ids", "subnet_ids", "target_group_arns")
        return plan(
            desired_fleet(self._params, self._root_device),
            current,
            purge_tags=self._params["purge_tags"],
            refresh=self._params["refresh"],
            purge_target_groups=self._params["purge_target_groups"],
            unknown=unknown_options(**{key: self._params[key] for key in keys}),
        )

    def judge(self, current: Fleet) -> Verdict:
        """New instances start by themselves: whoever sends them requests waits for an answer."""
        if not self._params["wait"] or current.group is None:
            return Verdict(settled=True)
        return judge(self.what, current.group.refresh)

    def report(self, state: Fleet) -> dict[str, Any]:
        group = state.group
        if group is None:
            return {"fleet": None}
        told = {"name": state.name, "instance_ids": list(group.instance_ids), "launch_template_version": group.version}
        return {"fleet": {**told, "refresh": group.refresh.as_dict() if group.refresh else None}}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create_template(self, *, template: Template) -> None:
        token = client_token(self._owner, self._name, template.as_diff())
        api.create_template(self._ec2, self._name, template, token)
        self._version = 1

    def _create_version(self, *, template: Template) -> None:
        self._version = api.create_version(self._ec2, self._name, template)

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
            lambda: create(self._autoscaling, self._name, group, self._version),
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

    def _pin(self) -> None:
        api.pin(self._autoscaling, self._name, self._version)

    def _put_hook(self, *, timeout: int) -> None:
        api.put_hook(self._autoscaling, self._name, timeout)

    def _put_policy(self, *, policy: Policy) -> None:
        api.put_policy(self._autoscaling, self._name, policy)

    def _delete_policy(self, *, policy_name: str) -> None:
        api.delete_policy(self._autoscaling, self._name, policy_name)

    def _cancel_refresh(self) -> None:
        api.cancel_refresh(self._autoscaling, self._name)

    def _refresh(self) -> None:
        def start() -> None:
            self._awaited = api.refresh(self._autoscaling, self._name, self._version, self._preferences)

        until_let_go(self.what, start, timeout=self.wait_timeout, held=another_goes_on)

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
