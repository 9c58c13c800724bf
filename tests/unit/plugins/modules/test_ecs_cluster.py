"""ecs_cluster: a cluster that is ours from its first moment."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "ecs_cluster", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
WANTED = {"name": "tokyo", "tags": TAGS}
ABSENT = {**WANTED, "state": "absent"}


@pytest.fixture
def clusters(cloud):
    ecs = cloud.client("ecs", ACCOUNT)
    return lambda: [arn.rsplit("/", 1)[1] for arn in ecs.list_clusters()["clusterArns"]]


def test_check_on_an_empty_account(run, clusters):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and result["cluster"] == {"name": "tokyo", "arn": None} and not clusters()


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, clusters, check):
    assert run(MODULE, ACCOUNT, **WANTED)["cluster"]["arn"].endswith(":cluster/tokyo")
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and cloud.calls == ["DescribeClusters"] and clusters() == ["tokyo"]


@pytest.mark.parametrize(
    ("options", "verbs"),
    [
        pytest.param({"container_insights": True}, ["update"], id="insights"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, options, verbs):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **{**WANTED, **options})

    assert [action["verb"] for action in result["actions"]] == verbs
    assert not run(MODULE, ACCOUNT, **{**WANTED, **options})["changed"]


def test_absent_and_again(run, clusters):
    run(MODULE, ACCOUNT, **WANTED)

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and not clusters()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]
    assert run(MODULE, ACCOUNT, **WANTED)["changed"] and clusters() == ["tokyo"]


def test_one_that_is_not_ours(run, cloud, clusters):
    cloud.client("ecs", ACCOUNT).create_cluster(clusterName="tokyo")

    assert "ECS cluster tokyo: one without our tags" in run(MODULE, ACCOUNT, **WANTED)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and clusters() == ["tokyo"]
