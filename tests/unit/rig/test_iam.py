"""What IAM's lists tell, and what only a question about one thing does."""

from __future__ import annotations

import pytest

OURS, THEIRS = "/privatelink/tokyo/public/", "/privatelink/tokyo-east/public/"
TAGS = [{"Key": "privatelink:link", "Value": "tokyo"}]


@pytest.fixture
def iam(cloud):
    client = cloud.client("public", "iam")
    for name, path in (("ours", OURS), ("theirs", THEIRS), ("anywhere", "/")):
        client.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument="{}", Tags=TAGS)
        client.create_instance_profile(InstanceProfileName=name, Path=path, Tags=TAGS)
    return client


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param({}, ["anywhere", "ours", "theirs"], id="no path"),
        pytest.param({"PathPrefix": "/privatelink/"}, ["ours", "theirs"], id="above both"),
        pytest.param({"PathPrefix": OURS}, ["ours"], id="one"),
        pytest.param({"PathPrefix": "/privatelink/tokyo"}, ["ours", "theirs"], id="a prefix, and no folder"),
        pytest.param({"PathPrefix": "/nobody/"}, [], id="none"),
    ],
)
def test_lists_are_narrowed_by_path(iam, path, names):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html"""
    profiles = iam.list_instance_profiles(**path)["InstanceProfiles"]

    assert sorted(one["InstanceProfileName"] for one in profiles) == names
    assert sorted(one["RoleName"] for one in iam.list_roles(**path)["Roles"]) == names


def test_lists_tell_no_tags(iam):
    listed = [*iam.list_instance_profiles()["InstanceProfiles"], *iam.list_roles()["Roles"]]

    assert listed and not any(one.get("Tags") for one in listed)
    assert iam.get_instance_profile(InstanceProfileName="ours")["InstanceProfile"]["Tags"] == TAGS
    assert iam.get_role(RoleName="ours")["Role"]["Tags"] == TAGS
