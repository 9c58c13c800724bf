"""ssm_parameters: what is told and what is kept secret, ours from the first moment."""

from __future__ import annotations

import json

import pytest

MODULE, ACCOUNT = "ssm_parameters", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
PATH = "/twoway/tokyo/handoff"
PLAIN = {"name": "directions", "value": '{"ports": [443]}'}
SECRET = {"name": "tls", "secret": "a key that nobody sees"}
WANTED = {"path": PATH, "parameters": [PLAIN, SECRET], "tags": TAGS}
ABSENT = {**WANTED, "parameters": [{"name": "directions"}, {"name": "tls"}], "state": "absent"}
NAMES = [f"{PATH}/directions", f"{PATH}/tls"]


@pytest.fixture
def ssm(cloud):
    return cloud.client("ssm", ACCOUNT)


@pytest.fixture
def held(ssm):
    """(type, value) by name."""

    def held() -> dict[str, tuple[str, str]]:
        found = ssm.get_parameters_by_path(Path=PATH, WithDecryption=True)["Parameters"]
        return {item["Name"]: (item["Type"], item["Value"]) for item in found}

    return held


@pytest.fixture
def tags(ssm):
    def tags(name: str) -> dict[str, str]:
        found = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        return {tag["Key"]: tag["Value"] for tag in found}

    return tags


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param([{"name": "a"}], "parameters[0]: neither value nor secret", id="no value"),
        pytest.param([PLAIN, {"name": "a", "value": "1", "secret": "2"}], "parameters[1]: value and secret", id="two"),
        pytest.param([PLAIN, PLAIN], f"parameters[1].name: {NAMES[0]}", id="a name used twice"),
    ],
)
def test_invalid(run, held, parameters, message):
    result = run(MODULE, ACCOUNT, path=PATH, parameters=parameters, tags=TAGS)

    assert result["failed"] and message in result["msg"] and not held()


def test_check_on_an_empty_account(run, held):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and result["versions"] == dict.fromkeys(NAMES) and not held()


def test_create(run, held, tags):
    result = run(MODULE, ACCOUNT, **WANTED)

    assert held() == {NAMES[0]: ("String", PLAIN["value"]), NAMES[1]: ("SecureString", SECRET["secret"])}
    assert [tags(name) for name in NAMES] == [{**TAGS, "Name": name} for name in NAMES]
    assert result["versions"] == dict.fromkeys(NAMES, 1)


def test_a_secret_is_never_shown(run):
    made = run(MODULE, ACCOUNT, **WANTED)
    other = {**WANTED, "parameters": [{**SECRET, "secret": "another that nobody sees"}]}
    shown = [made, run(MODULE, ACCOUNT, check=True, **other), run(MODULE, ACCOUNT, **other)]

    assert "nobody sees" not in json.dumps(shown)
    assert shown[2]["diff"]["before"][NAMES[1]]["secret"] == "version 1"
    assert PLAIN["value"] in made["diff"]["after"][NAMES[0]]["value"]


def test_a_long_value(run, held):
    chain = "x" * 5000
    run(MODULE, ACCOUNT, **{**WANTED, "parameters": [{"name": "tls", "secret": chain}]})

    assert held()[NAMES[1]] == ("SecureString", chain)


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and result["versions"] == dict.fromkeys(NAMES, 1)
    assert cloud.calls == ["GetParameters", "ListTagsForResource", "ListTagsForResource"]


def test_many_are_read_ten_at_a_time(run, cloud):
    many = {**WANTED, "parameters": [{"name": f"n{number}", "value": "v"} for number in range(11)]}
    run(MODULE, ACCOUNT, **many)

    assert not run(MODULE, ACCOUNT, **many)["changed"] and cloud.calls.count("GetParameters") == 2


@pytest.mark.parametrize(
    ("parameter", "tags_more", "verbs"),
    [
        pytest.param({**PLAIN, "value": "{}"}, {}, ["write"], id="a value"),
        pytest.param({**SECRET, "secret": "new"}, {}, ["write"], id="a secret"),
        pytest.param(PLAIN, {"team": "shop"}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, held, tags, parameter, tags_more, verbs):
    run(MODULE, ACCOUNT, **WANTED)
    wanted = {**WANTED, "parameters": [parameter], "tags": {**TAGS, **tags_more}}
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert [action["verb"] for action in result["actions"]] == verbs
    assert (forecast["diff"], forecast["actions"]) == (result["diff"], result["actions"])
    name = f"{PATH}/{parameter['name']}"
    assert held()[name][1] == parameter.get("value", parameter.get("secret"))
    assert tags(name) == {**wanted["tags"], "Name": name}
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


@pytest.mark.parametrize(("purge", "left"), [(True, {}), (False, {"team": "shop"})])
def test_tags_that_are_not_named(run, tags, purge, left):
    run(MODULE, ACCOUNT, **{**WANTED, "tags": {**TAGS, "team": "shop"}})
    run(MODULE, ACCOUNT, **WANTED, purge_tags=purge)

    assert tags(NAMES[0]) == {**TAGS, "Name": NAMES[0], **left}


def test_one_kind_does_not_become_the_other(run, held):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, **{**WANTED, "parameters": [{"name": "tls", "value": "shown"}]})

    assert f"parameter {NAMES[1]}: a SecureString" in result["msg"] and held()[NAMES[1]][1] == SECRET["secret"]


def test_absent_and_again(run, held):
    run(MODULE, ACCOUNT, **WANTED)

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and not held()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_one_that_is_not_ours(run, ssm, held):
    ssm.put_parameter(Name=NAMES[0], Value="theirs", Type="String")

    assert f"parameter {NAMES[0]}: one without our tags" in run(MODULE, ACCOUNT, **WANTED)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and held() == {NAMES[0]: ("String", "theirs")}
