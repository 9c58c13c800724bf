"""On the built link nothing is left to do, and a dry run says so."""

import pytest

from e2e import drift, holdings, plan, playbook, sandbox

# Kinds a playbook makes itself; interfaces, instances and tasks are made by AWS for them.
NAMED_KINDS = {
    "Vpcs",
    "Subnets",
    "RouteTables",
    "InternetGateways",
    "NatGateways",
    "SecurityGroups",
    "VpcEndpoints",
    "ServiceConfigurations",
    "LaunchTemplates",
    "LoadBalancers",
    "TargetGroups",
    "AutoScalingGroups",
    "task definition families",
    "Roles",
    "InstanceProfiles",
    "Parameters",
    "Buckets",
    "log groups",
    "certificates",
    "alarms",
}


def test_check_mode_on_the_built_link_changes_nothing():
    dry = playbook.run("site.yml", "--check", "--diff")
    assert dry.returncode == 0, dry.output
    assert dry.changed == (), dry.output


@pytest.mark.parametrize("side", sandbox.SIDES)
def test_the_dry_run_on_the_empty_cloud_had_named_everything(side):
    planned = plan.kept()
    unnamed = {
        kind: missing
        for kind, names in holdings.of_ours(side).items()
        if kind in NAMED_KINDS and (missing := sorted({name for name in names if name not in planned}))
    }
    assert unnamed == {}


def test_the_endpoint_of_an_aws_service_that_is_not_listed_is_gone():
    assert f"{sandbox.LINK}-{drift.UNLISTED}" not in holdings.of_ours("isolated")["VpcEndpoints"]
