"""iam_roles: roles, policies and instance profiles in one call."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "iam_roles", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
READ = [{"Effect": "Allow", "Action": ["ssm:GetParametersByPath"], "Resource": "*"}]
PROXY = {"name": "tokyo-reverse-proxy", "instance_profile": True, "policies": {"allow-list": READ}}
TASK = {
    "name": "tokyo-probe-execution",
    "service": "ecs-tasks.amazonaws.com",
    "managed_policies": ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
}
WANTED = {"roles": [PROXY, TASK], "tags": TAGS}
ABSENT = {"state": "absent", "tags": TAGS}
PATH = "/privatelink/tokyo/public/"


@pytest.fixture
def holdings(cloud):
    """holdings() -> (role names, {instance profile: its roles})."""
    iam = cloud.client("iam", ACCOUNT)

    def look():
        profiles = iam.list_instance_profiles()["InstanceProfiles"]
        roles = sorted(role["RoleName"] for role in iam.list_roles()["Roles"])
        return roles, {p["InstanceProfileName"]: [role["RoleName"] for role in p["Roles"]] for p in profiles}

    return look


WHOLE = (["tokyo-probe-execution", "tokyo-reverse-proxy"], {"tokyo-reverse-proxy": ["tokyo-reverse-proxy"]})
NOTHING = ([], {})


def around(verb):
    """The fingerprint goes first and comes back last."""
    return ["describe", verb, "describe"]


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, holdings):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and holdings() == NOTHING
    assert result["role_arns"] == {"tokyo-probe-execution": None, "tokyo-reverse-proxy": None}
    assert result["instance_profile_arns"] == {"tokyo-reverse-proxy": None}


def test_create(run, cloud, holdings):
    forecast = run(MODULE, ACCOUNT, check=True, **WANTED)
    result = run(MODULE, ACCOUNT, **WANTED)

    assert holdings() == WHOLE
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["role_arns"]["tokyo-reverse-proxy"].endswith(f":role{PATH}tokyo-reverse-proxy")
    policy = cloud.client("iam", ACCOUNT).get_role_policy(RoleName="tokyo-reverse-proxy", PolicyName="allow-list")
    assert policy["PolicyDocument"]["Statement"] == READ


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and result["diff"]["before"] == result["diff"]["after"]
    assert cloud.calls == ["ListInstanceProfiles", "ListRoles"]


@pytest.mark.parametrize("changes", range(1, 8))
def test_killed_and_run_again(run, holdings, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **WANTED)
    run(MODULE, ACCOUNT, **WANTED)

    assert holdings() == WHOLE
    assert not run(MODULE, ACCOUNT, verify_live="full", **WANTED)["changed"]


@pytest.mark.parametrize("changes", range(1, 4))
def test_a_change_that_was_killed_and_is_not_wanted_any_more(run, killed_after, changes):
    run(MODULE, ACCOUNT, **WANTED)
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, roles=[{**PROXY, "policies": {"allow-list": READ * 2}}, TASK], tags=TAGS)
    run(MODULE, ACCOUNT, **WANTED)

    assert not run(MODULE, ACCOUNT, verify_live="full", **WANTED)["changed"]


@pytest.mark.parametrize(
    ("by_hand", "wanted_verb"),
    [
        pytest.param(lambda iam, r: iam.delete_role_policy(**r, PolicyName="allow-list"), "put_policy", id="policy"),
        pytest.param(lambda iam, r: iam.untag_role(**r, TagKeys=["Name"]), "tag", id="tag"),
    ],
)
def test_what_is_changed_by_hand_is_found_when_everything_is_read(run, cloud, by_hand, wanted_verb):
    run(MODULE, ACCOUNT, **WANTED)
    by_hand(cloud.client("iam", ACCOUNT), {"RoleName": "tokyo-reverse-proxy"})
    believing = run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, verify_live="full", **WANTED)

    assert not believing["changed"]
    assert verbs(result) == around(wanted_verb)
    assert not run(MODULE, ACCOUNT, verify_live="full", **WANTED)["changed"]


@pytest.mark.parametrize("changes", range(1, 7))
def test_tear_down_killed_and_run_again(run, holdings, killed_after, changes):
    run(MODULE, ACCOUNT, **WANTED)
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **ABSENT)
    run(MODULE, ACCOUNT, **ABSENT)

    assert holdings() == NOTHING
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


@pytest.mark.parametrize(
    ("role", "wanted_verbs"),
    [
        pytest.param({**PROXY, "policies": {}}, around("delete_policy"), id="a policy fewer"),
        pytest.param({**PROXY, "policies": {"allow-list": READ * 2}}, around("put_policy"), id="another policy"),
        pytest.param({**PROXY, "service": "ecs-tasks.amazonaws.com"}, ["trust"], id="another service"),
        pytest.param({**PROXY, "instance_profile": False}, ["empty_profile", "delete_profile"], id="no profile"),
    ],
)
def test_changes(run, role, wanted_verbs):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, roles=[role], tags=TAGS)

    assert verbs(result) == wanted_verbs
    assert not run(MODULE, ACCOUNT, roles=[role], tags=TAGS)["changed"]


def test_a_list_leaves_the_roles_of_other_lists_alone(run, holdings):
    run(MODULE, ACCOUNT, roles=[PROXY], tags=TAGS)
    run(MODULE, ACCOUNT, roles=[TASK], tags=TAGS)

    assert holdings() == WHOLE


def test_what_is_not_ours_stays(run, cloud, holdings):
    iam = cloud.client("iam", ACCOUNT)
    iam.create_role(RoleName="foreign", AssumeRolePolicyDocument="{}")
    iam.create_role(RoleName="foreign-in-our-path", Path=PATH, AssumeRolePolicyDocument="{}")
    run(MODULE, ACCOUNT, **WANTED)
    run(MODULE, ACCOUNT, **ABSENT)

    assert holdings() == (["foreign", "foreign-in-our-path"], {})


def test_a_name_that_is_taken(run, cloud):
    cloud.client("iam", ACCOUNT).create_role(RoleName="tokyo-reverse-proxy", AssumeRolePolicyDocument="{}")
    result = run(MODULE, ACCOUNT, **WANTED)

    assert result["failed"] and "create role tokyo-reverse-proxy: EntityAlreadyExists" in result["msg"]


def test_what_another_task_made_is_not_asked_about(run, cloud):
    run(MODULE, ACCOUNT, **WANTED)
    run(MODULE, ACCOUNT, roles=[PROXY], tags=TAGS, verify_live="full")

    assert sorted(cloud.calls) == [
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfiles",
        "ListRolePolicies",
        "ListRoleTags",
        "ListRoles",
    ]


def profile(iam, name, path="/", tags=None, role=None):
    """An instance profile, with a role of another name in it where one is given."""
    told = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    iam.create_instance_profile(InstanceProfileName=name, Path=path, Tags=told)
    if role:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)


THEIRS = [
    pytest.param({}, id="without tags, elsewhere"),
    pytest.param({"path": PATH}, id="without tags, below our path"),
    pytest.param({"path": f"{PATH}services/"}, id="without tags, below a path below ours"),
    pytest.param({"tags": {"privatelink:link": "tokyo-east", "privatelink:side": "public"}}, id="another link's tags"),
    pytest.param(
        {"tags": {"privatelink:link": "tokyo-east", "privatelink:side": "public"}, "path": PATH},
        id="another link's tags, below our path",
    ),
    pytest.param(
        {"tags": {"privatelink:link": "tokyo", "privatelink:side": "isolated"}, "path": PATH}, id="other side"
    ),
    pytest.param({"tags": TAGS}, id="our tags, elsewhere"),
    pytest.param({"path": PATH, "role": "theirs"}, id="without tags, below our path, with a role"),
]


@pytest.mark.parametrize("theirs", THEIRS)
def test_instance_profiles_of_others_stay(run, cloud, holdings, theirs):
    iam = cloud.client("iam", ACCOUNT)
    profile(iam, "tokyo-east-service-proxy", **theirs)
    before = iam.get_instance_profile(InstanceProfileName="tokyo-east-service-proxy")["InstanceProfile"]
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **ABSENT)
    after = iam.get_instance_profile(InstanceProfileName="tokyo-east-service-proxy")["InstanceProfile"]

    assert "failed" not in result and after == before
    assert set(holdings()[1]) == {"tokyo-east-service-proxy"}
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


@pytest.mark.parametrize("where", ["/", PATH])
def test_a_role_of_ours_beside_a_profile_of_others(run, cloud, where):
    """The profile has the name that we want: it is not filled, emptied or deleted."""
    iam = cloud.client("iam", ACCOUNT)
    profile(iam, "tokyo-reverse-proxy", where, role="theirs")
    result = run(MODULE, ACCOUNT, **WANTED)
    gone = run(MODULE, ACCOUNT, **ABSENT)

    assert result["failed"] and "instance profile tokyo-reverse-proxy" in result["msg"]
    assert "failed" not in gone
    found = iam.get_instance_profile(InstanceProfileName="tokyo-reverse-proxy")["InstanceProfile"]
    assert [role["RoleName"] for role in found["Roles"]] == ["theirs"]
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["theirs"]


@pytest.mark.parametrize("order", [["tokyo", "tokyo-x", "tokyo-east"], ["tokyo-east", "tokyo-x", "tokyo"]])
def test_links_of_one_prefix_come_down_one_by_one(run, holdings, order):
    def of(link):
        roles = [{**role, "name": role["name"].replace("tokyo", link, 1)} for role in WANTED["roles"]]
        return {"roles": roles, "tags": {**TAGS, "privatelink:link": link}}

    for link in order:
        run(MODULE, ACCOUNT, **of(link))
    for number, link in enumerate(order, start=1):
        result = run(MODULE, ACCOUNT, state="absent", tags=of(link)["tags"])
        left = order[number:]

        assert "failed" not in result
        assert holdings() == (
            sorted(role["name"] for one in left for role in of(one)["roles"]),
            {f"{one}-reverse-proxy": [f"{one}-reverse-proxy"] for one in left},
        )
