"""log_group: a log that is ours from its first moment."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "log_group", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
NAME = "/twoway/tokyo/probe"
WANTED = {"name": NAME, "retention_days": 7, "tags": TAGS}
ABSENT = {"name": NAME, "tags": TAGS, "state": "absent"}


@pytest.fixture
def groups(cloud):
    client = cloud.client("logs", ACCOUNT)
    return lambda: client.describe_log_groups()["logGroups"]


@pytest.fixture
def tags(cloud, groups):
    client = cloud.client("logs", ACCOUNT)
    return lambda: client.list_tags_for_resource(resourceArn=groups()[0]["arn"].removesuffix(":*"))["tags"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"retention_days": None}, "retention_days", id="for how long"),
        pytest.param({"tags": {"team": "shop"}}, "tags: no privatelink:link", id="whose"),
        pytest.param({"tags": {**TAGS, "Name": "other"}}, "tags.Name: other", id="another name"),
    ],
)
def test_invalid(run, groups, change, message):
    result = run(MODULE, ACCOUNT, **{**WANTED, **change})

    assert result["failed"] and message in result["msg"] and not groups()


def test_check_on_an_empty_account(run, groups):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and result["log_group"] == {"name": NAME, "arn": None} and not groups()


def test_create(run, groups, tags):
    result = run(MODULE, ACCOUNT, **WANTED)

    (group,) = groups()
    assert (group["logGroupName"], group["retentionInDays"]) == (NAME, 7)
    assert tags() == {**TAGS, "Name": NAME}
    assert result["log_group"] == {"name": NAME, "arn": group["arn"].removesuffix(":*")}


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    cloud.client("logs", ACCOUNT).create_log_group(logGroupName=f"{NAME}-of-others")
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and cloud.calls == ["DescribeLogGroups", "ListTagsForResource"]


@pytest.mark.parametrize(
    ("change", "verbs"),
    [
        pytest.param({"retention_days": 30}, ["retain"], id="retention"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, groups, tags, change, verbs):
    run(MODULE, ACCOUNT, **WANTED)
    wanted = {**WANTED, **change}
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert [action["verb"] for action in result["actions"]] == verbs
    assert (forecast["diff"], forecast["actions"]) == (result["diff"], result["actions"])
    assert groups()[0]["retentionInDays"] == wanted["retention_days"]
    assert tags() == {**wanted["tags"], "Name": NAME}
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


def test_what_a_killed_run_has_left_is_finished(run, cloud, groups):
    cloud.client("logs", ACCOUNT).create_log_group(logGroupName=NAME, tags={**TAGS, "Name": NAME})
    result = run(MODULE, ACCOUNT, **WANTED)

    assert [action["verb"] for action in result["actions"]] == ["retain"] and groups()[0]["retentionInDays"] == 7


@pytest.mark.parametrize(("purge", "left"), [(True, {}), (False, {"team": "shop"})])
def test_tags_that_are_not_named(run, tags, purge, left):
    run(MODULE, ACCOUNT, **{**WANTED, "tags": {**TAGS, "team": "shop"}})
    run(MODULE, ACCOUNT, **WANTED, purge_tags=purge)

    assert tags() == {**TAGS, "Name": NAME, **left}


def test_absent_and_again(run, groups):
    run(MODULE, ACCOUNT, **WANTED)

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and not groups()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_one_that_is_not_ours(run, cloud, groups):
    cloud.client("logs", ACCOUNT).create_log_group(logGroupName=NAME, tags={"team": "other"})

    assert f"log group {NAME}: one without our tags" in run(MODULE, ACCOUNT, **WANTED)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and "retentionInDays" not in groups()[0]
