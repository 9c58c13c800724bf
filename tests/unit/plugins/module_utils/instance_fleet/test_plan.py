"""From the fleet there is to the one wanted: which change each difference makes, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import Fleet, Group, Template
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.plan import plan, plan_absent
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.refresh import Refresh, judge
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import Policies, Policy

CPU = Policy(name="cpu", metric="ASGAverageCPUUtilization", target=50.0)
TEMPLATE = Template(
    image_id="ami-1",
    instance_type="t3.small",
    instance_profile_arn="arn:profile",
    security_group_ids=("sg-1",),
    user_data="IyE=",
    root_device="/dev/xvda",
    tags={"Name": "proxies"},
)
GROUP = Group(
    min_size=2,
    max_size=4,
    subnet_ids=("subnet-1", "subnet-2"),
    target_group_arns=("arn:1",),
    grace_period=300,
    drain_timeout=100,
    policies=Policies(by_name={"cpu": CPU}),
    tags={"Name": "proxies"},
)
WANTED = Fleet(name="proxies", template=TEMPLATE, group=GROUP)
FOUND = Fleet(
    name="proxies",
    template=replace(TEMPLATE, id="lt-1", version=3),
    group=replace(GROUP, version="3", instance_ids=("i-1", "i-2")),
)


def verbs(desired=WANTED, current=FOUND, refresh=True):
    drawn = plan(desired, current, purge_tags=True, refresh=refresh)
    return [change.verb for change in drawn.changes]


def template(**changed):
    return replace(FOUND, template=replace(FOUND.template, **changed))


def group(**changed):
    return replace(FOUND, group=replace(FOUND.group, **changed))


def going(version, status="InProgress"):
    return Refresh(id="r-1", status=status, version=version)


RENEWED = ["create_version", "refresh"]


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        pytest.param(FOUND, [], id="as wanted"),
        pytest.param(Fleet(name="proxies"), ["create_template", "create_group", "put_policy"], id="nothing"),
        pytest.param(replace(FOUND, group=None), ["create_group", "put_policy"], id="no group"),
        pytest.param(template(image_id="ami-0"), RENEWED, id="image"),
        pytest.param(template(instance_type="t3.nano"), RENEWED, id="instance type"),
        pytest.param(template(instance_profile_arn="arn:other"), RENEWED, id="profile"),
        pytest.param(template(security_group_ids=("sg-2",)), RENEWED, id="security groups"),
        pytest.param(template(user_data=""), RENEWED, id="user data"),
        pytest.param(template(root_device=""), RENEWED, id="a volume that is not encrypted"),
        pytest.param(template(tags={}), ["tag_template"], id="tags of the template"),
        pytest.param(group(tags={"Name": "proxies", "old": ""}), ["tag"], id="tags of the group"),
        pytest.param(group(min_size=1), ["update_group"], id="smallest size"),
        pytest.param(group(max_size=3), ["update_group"], id="largest size"),
        pytest.param(group(subnet_ids=("subnet-1",)), ["update_group"], id="subnets"),
        pytest.param(group(grace_period=60), ["update_group"], id="grace period"),
        pytest.param(group(drain_timeout=None), ["put_hook"], id="no hook"),
        pytest.param(group(drain_timeout=30), ["put_hook"], id="another drain time"),
        pytest.param(group(target_group_arns=()), ["attach"], id="in no target group"),
        pytest.param(group(target_group_arns=("arn:1", "arn:2")), ["detach"], id="in one too many"),
        pytest.param(group(policies=Policies()), ["put_policy"], id="no policy"),
        pytest.param(
            group(policies=Policies(by_name={"cpu": replace(CPU, target=60.0), "old": CPU})),
            ["put_policy", "delete_policy"],
            id="other policies",
        ),
        pytest.param(group(version="$Latest"), ["pin"], id="whatever is the latest version"),
        pytest.param(group(version="2"), ["refresh"], id="new instances would be old"),
        pytest.param(group(outdated=True), ["refresh"], id="instances of an older version"),
        pytest.param(group(outdated=True, version="2", refresh=going("3")), [], id="on its way"),
        pytest.param(group(outdated=True, refresh=going("2")), ["cancel_refresh", "refresh"], id="on another way"),
        pytest.param(group(outdated=True, refresh=going("3", "RollbackInProgress")), ["refresh"], id="on its way back"),
    ],
)
def test_what_each_difference_makes(found, changes):
    assert verbs(current=found) == changes


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        pytest.param(template(user_data=""), ["create_version", "pin"], id="new ones come from the new version"),
        pytest.param(group(outdated=True), [], id="old ones stay"),
        pytest.param(group(version="2"), ["pin"], id="new ones are as wanted"),
    ],
)
def test_without_refresh_instances_are_kept(found, changes):
    assert verbs(current=found, refresh=False) == changes


def test_what_nobody_asks_for_is_left_alone():
    silent = replace(WANTED, group=replace(GROUP, drain_timeout=None, policies=None))
    assert verbs(desired=silent) == []


def test_a_forecast_says_which_version_it_will_be():
    drawn = plan(WANTED, template(user_data=""), purge_tags=True, refresh=True)
    assert drawn.after.as_diff()["auto_scaling_group"]["launch_template_version"] == "4"


def test_the_group_goes_before_its_template():
    assert [change.verb for change in plan_absent(FOUND).changes] == ["delete_group", "delete_template"]


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"])
def test_a_refresh_that_ended_otherwise_than_well_is_a_failure(status):
    with pytest.raises(WaitError) as problem:
        judge("Auto Scaling group proxies", Refresh(id="r-1", status=status, reason="alarm unfit is in ALARM state"))
    assert status in problem.value.message and "unfit" in problem.value.message
    assert ("former launch template" in problem.value.message) == (status == "RollbackSuccessful")


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"])
def test_a_refresh_that_goes_on_is_waited_for(status):
    verdict = judge("x", Refresh(id="r-1", status=status, percentage=50, left=1, reason="a checkpoint"))
    assert not verdict.settled
    assert verdict.note == f"instance refresh {status}, 50 % replaced, 1 to go (a checkpoint)"
