"""The module canary against the rig's control plane: what it makes, moves, writes down and leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.sns.models import sns_backends
from unit.plugins.modules.fleet import ORDERS, writes

SERVICE = {"link": "tokyo", "service": "orders", "by": "alice"}
UNCHECKED = {"bake": 60, "checks": [], "abort_on": [], "interval": 10, "settle": 10}
FOUR = {**ORDERS, "desired_count": 4}
ROOT = "/twoway/tokyo/canary/orders"


@pytest.fixture
def go(run, converge, engine):
    """go("run", version="1.1") -> the result. Stable runs 1.0 with four tasks."""
    converge(FOUR)
    engine()

    def act(action: str, check: bool = False, plan: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        told = {**SERVICE, "plan": {**UNCHECKED, **(plan or {})}, **more}
        return run("canary", "isolated", check=check, action=action, **told)

    return act


@pytest.fixture
def parameters(cloud):
    def read(path: str = ROOT, account: str = "isolated") -> dict[str, Any]:
        pages = cloud.client("ssm", account).get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True)
        return {item["Name"]: json.loads(item["Value"]) for page in pages for item in page["Parameters"]}

    return read


def image(account, variant: str) -> str:
    return account.definition(f"tokyo-orders-{variant}")["containerDefinitions"][0]["image"]


def counts(account) -> dict[str, int]:
    return {name: service["desiredCount"] for name, service in account.services().items()}


def plan_tags(account, variant: str) -> dict[str, str]:
    tags = {tag["key"]: tag["value"] for tag in account.services()[f"tokyo-orders-{variant}"]["tags"]}
    return {key: tags[key] for key in ("privatelink:canary-plan", "privatelink:promoted") if key in tags}


def ended(account, weights: dict[str, int]) -> None:
    assert account.weights() == {f"tokyo-orders-{variant}": weight for variant, weight in weights.items()}


def test_a_good_one_becomes_stable(go, account, parameters):
    done = go("run", version="1.1")
    assert done["changed"] and done["canary"]["phase"] == "promoted", done
    assert image(account, "stable") == "shop/orders:1.1"
    assert counts(account) == {"tokyo-orders-stable": 4, "tokyo-orders-canary": 0}
    ended(account, {"stable": 100, "canary": 0})
    assert plan_tags(account, "stable") == {"privatelink:canary-plan": "", "privatelink:promoted": "shop/orders:1.1"}
    # Nobody has the lock any more, and its name is kept, so that its number is never used again.
    assert list(parameters()) == [f"{ROOT}/lock/1"] and "token" not in parameters()[f"{ROOT}/lock/1"]


def test_once_more_is_nothing(go, cloud):
    go("run", version="1.1")
    again = go("run", version="1.1")
    # The image that stable runs is the very one that was promoted.
    assert not again["changed"] and again["canary"]["phase"] == "promoted"
    assert writes(cloud) == []


def test_check_mode_tells_where_it_would_end_and_writes_nothing(go, account, cloud):
    before = account.services()
    told = go("run", check=True, version="1.1")
    assert told["changed"] and told["canary"]["phase"] == "promoted"
    assert told["diff"]["after"]["image"] == "shop/orders:1.1"
    assert writes(cloud) == [] and account.services() == before
    told = go("start", check=True, version="1.1", plan={"weights": [10, 100]})
    assert (told["canary"]["phase"], told["canary"]["canary_percent"]) == ("baking", 10)


def test_the_canary_is_like_stable_but_for_its_image(go, account):
    go("start", version="1.1", weights=[50, 100])
    stable, canary = (account.services()[f"tokyo-orders-{variant}"] for variant in ("stable", "canary"))
    same = ("networkConfiguration", "deploymentConfiguration", "healthCheckGracePeriodSeconds", "launchType")
    assert {key: canary[key] for key in same} == {key: stable[key] for key in same}
    assert canary["desiredCount"] == 2  # half of stable's, for half of the requests
    definitions = [account.definition(f"tokyo-orders-{variant}") for variant in ("stable", "canary")]
    first, second = (
        {**one["containerDefinitions"][0], "image": "", "logConfiguration": "", "family": ""} for one in definitions
    )
    assert first == second and image(account, "canary") == "shop/orders:1.1"
    groups = account.target_groups()
    health = {key: value for key, value in groups["tokyo-orders-stable"].items() if key.startswith("Health")}
    assert {key: groups["tokyo-orders-canary"][key] for key in health} == health
    attributes = [
        account.attributes(groups[f"tokyo-orders-{variant}"]["TargetGroupArn"]) for variant in ("stable", "canary")
    ]
    assert attributes[0] == attributes[1]


def test_step_by_step(go, account):
    told = [go("start", version="1.1", weights=[5, 50, 100])]
    told += [go(action) for action in ("analyse", "step", "step", "promote")]
    assert [(one["canary"]["phase"], one["canary"]["canary_percent"]) for one in told] == [
        ("baking", 5),
        ("waiting", 5),
        ("baking", 50),
        ("baking", 100),
        ("promoted", 0),
    ]
    assert image(account, "stable") == "shop/orders:1.1"


def test_rolled_back_by_word_stable_is_as_it_was(go, account):
    go("start", version="1.1")
    before = account.services()["tokyo-orders-stable"]["taskDefinition"]
    told = go("rollback", reason="customers complain")
    assert told["canary"]["phase"] == "rolled_back"
    assert told["canary"]["why"] == "alice said so: customers complain"
    assert account.services()["tokyo-orders-stable"]["taskDefinition"] == before
    assert counts(account) == {"tokyo-orders-stable": 4, "tokyo-orders-canary": 0}
    ended(account, {"stable": 100, "canary": 0})


def test_no_data_pauses_says_why_and_fails_the_task(go, account):
    told = go("run", version="1.1", plan={"checks": [{"metric": "error_rate", "max": 1}], "timeout": 30})
    assert told["failed"]
    assert "not known to be good at 5 %: error_rate: " in told["msg"] and told["failure"]["canary"]["phase"] == "paused"
    ended(account, {"stable": 95, "canary": 5})
    assert go("rollback")["canary"]["phase"] == "rolled_back"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"weights": [5, 95]}, "weights that end at exactly 100"),
        ({"weights": [50, 5, 100]}, "each above the one before"),
        ({"plan": {"checks": [{"metric": "error_rate", "maxx": 1}]}}, "plan.steps[0].checks: checks.maxx"),
        ({"plan": {"abort_on": [{"metric": "error_rate"}]}}, "plan.abort_on[0]: no limit"),
        ({"webhooks": [{"url": "http://x", "events": ["moved"]}]}, "begins with https://"),
        ({"version": "1.1 or so"}, "the tag of an image"),
        ({"version": 1.1}, "version: 1.1 (fraction); allowed: a text; quote it"),
        (
            {"webhooks": [{"url": "https://x", "events": ["moved"], "headers": {"X-Pin": 4711}}]},
            "webhooks[0].headers.X-Pin: a number; allowed: a text; quote it",
        ),
        ({"topic_arn": "releases"}, "the ARN of a standard SNS topic"),
        ({"lock_seconds": 1}, "3 to 900"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(go, cloud, options, says):
    told = go("run", **{"version": "1.1", **options})
    assert told["failed"] and says in told["msg"]
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("action", "options", "says"),
    [
        ("start", {}, "no image, and no canary that is there already"),
        ("start", {"version": "1.0"}, "shop/orders:1.0, which stable runs already"),
        ("step", {}, "no canary on its way"),
        ("rollback", {}, "no canary on its way"),
        ("start", {"service": "stock", "version": "1"}, "no rule with these tags"),
    ],
)
def test_what_cannot_be_begun_is_refused_without_a_write(go, cloud, action, options, says):
    told = go(action, **options)
    assert told["failed"] and says in told["msg"]
    assert writes(cloud) == []


DOWN = {
    "AlarmName": "orders-is-down",
    "Namespace": "Shop",
    "MetricName": "Down",
    "Period": 60,
    "Statistic": "Average",
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("action", ["start", "run"])
@pytest.mark.parametrize(
    ("plan", "where"),
    [
        ({"abort_on": [{"alarm": "orders-is-dwon"}]}, "plan.abort_on[0].alarm"),
        ({"checks": [{"alarm": "orders-is-down"}, {"alarm": "orders-is-dwon"}]}, "plan.steps[0].checks[1].alarm"),
        (
            {"steps": [{"weight": 5}, {"weight": 100, "checks": [{"alarm": "orders-is-dwon", "dry_run": True}]}]},
            "plan.steps[1].checks[0].alarm",
        ),
    ],
    ids=["abort", "checks", "step"],
)
def test_an_alarm_that_is_not_there_is_refused_before_the_first_write(go, cloud, account, plan, where, action, check):
    cloud.client("cloudwatch").put_metric_alarm(**DOWN)
    told = go(action, check=check, version="1.1", plan=plan)
    assert told["failed"] and told["msg"].startswith(f"{where}: orders-is-dwon, which is no alarm"), told
    assert writes(cloud) == []
    ended(account, {"stable": 100})


def test_alarms_that_cannot_be_asked_for_are_no_guard_to_begin_with(go, cloud):
    cloud.client("cloudwatch").put_metric_alarm(**DOWN)
    cloud.fault("DescribeAlarms", "error", code="AccessDenied", times=9)
    told = go("start", version="1.1", plan={"abort_on": [{"alarm": "orders-is-down"}]})
    assert told["failed"] and "AccessDenied" in told["msg"], told
    assert writes(cloud) == []


def test_an_alarm_that_goes_meanwhile_pauses_and_is_named(go, cloud, account):
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**DOWN)
    cloudwatch.set_alarm_state(AlarmName="orders-is-down", StateValue="OK", StateReason="a test")
    plan = {"abort_on": [{"alarm": "orders-is-down"}], "timeout": 30}
    assert go("start", version="1.1", plan=plan)["canary"]["phase"] == "baking"
    cloudwatch.delete_alarms(AlarmNames=["orders-is-down"])
    told = go("analyse")
    assert (
        told["failed"]
        and "not known to be good at 5 %: orders-is-down: alarm orders-is-down: there is none" in told["msg"]
    )
    ended(account, {"stable": 95, "canary": 5})


def test_an_alarm_that_goes_meanwhile_keeps_no_other_from_being_heard(go, cloud, account):
    cloudwatch = cloud.client("cloudwatch")
    for name in ("orders-is-down", "queue"):
        cloudwatch.put_metric_alarm(**{**DOWN, "AlarmName": name})
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")
    plan = {"checks": [{"alarm": "orders-is-down"}], "abort_on": [{"alarm": "queue"}]}
    assert go("start", version="1.1", plan=plan)["canary"]["phase"] == "baking"
    cloudwatch.delete_alarms(AlarmNames=["orders-is-down"])
    cloudwatch.set_alarm_state(AlarmName="queue", StateValue="ALARM", StateReason="a test")
    told = go("analyse")
    assert told["failed"] and "to be aborted on queue: alarm queue is in state ALARM" in told["msg"], told
    ended(account, {"stable": 100, "canary": 0})


def test_one_plan_at_a_time(go, cloud):
    go("start", version="1.1")
    for action, version in (("start", "1.2"), ("run", "1.2")):
        told = go(action, version=version)
        assert told["failed"] and "baking at 5 %, by alice" in told["msg"], told
        assert writes(cloud) == []


@pytest.mark.parametrize("action", ["run", "start"])
def test_whoever_is_at_it_is_named(go, cloud, meanwhile, action):
    """Another process takes the lock between our look and our taking it."""
    ssm = cloud.client("ssm")
    holder = {"by": "bob", "action": "run", "token": "t", "seconds": 60}
    put = {"Name": f"{ROOT}/lock/1", "Value": json.dumps(holder), "Type": "String"}

    def bob(overwrite: bool = False) -> None:
        ssm.put_parameter(**put, Overwrite=overwrite)
        # He lives: the next look finds a younger version.
        meanwhile("GetParametersByPath", lambda: bob(True), after=1)

    meanwhile("GetParametersByPath", bob)
    told = go(action, version="1.1")
    assert told["failed"] and told["msg"].startswith("canary of orders: bob is at it (run); allowed: one at a time")


def test_who_finds_that_somebody_else_has_written_stops(go, cloud, account, meanwhile):
    stranger = {"Name": ROOT, "Value": "{}", "Type": "String", "Overwrite": True}
    meanwhile("CreateService", lambda: cloud.client("ssm").put_parameter(**stranger))
    told = go("run", version="1.1")
    assert told["failed"] and "the lock is no longer ours" in told["msg"], told
    ended(account, {"stable": 100, "canary": 0})


@pytest.mark.parametrize("holding", ["/lock/1", "preparing", "moving"], ids=["lock", "first state", "next state"])
def test_an_answer_that_is_lost_is_no_rival(go, cloud, holding):
    cloud.fault("PutParameter", "lost", holding=holding)
    told = go("start", version="1.1")
    assert told["canary"]["phase"] == "baking", told


def test_what_is_not_ours_is_not_written_over(go, cloud, parameters):
    cloud.client("ssm").put_parameter(Name=ROOT, Value="{}", Type="String")
    told = go("start", version="1.1")
    assert told["failed"] and "no state of a canary" in told["msg"]
    cloud.client("ssm").delete_parameter(Name=ROOT)
    go("start", version="1.1")
    keys = ["privatelink:link", "privatelink:side"]
    cloud.client("ssm").remove_tags_from_resource(ResourceType="Parameter", ResourceId=ROOT, TagKeys=keys)
    told = go("rollback")
    assert told["failed"] and "one that does not carry this link's tags" in told["msg"]


def test_a_dead_holder_is_waited_for_and_no_longer(go, cloud, parameters):
    holder = {"by": "bob", "action": "run", "token": "t", "seconds": 60}
    cloud.client("ssm").put_parameter(Name=f"{ROOT}/lock/7", Value=json.dumps(holder), Type="String")
    assert go("start", version="1.1")["canary"]["phase"] == "baking"
    assert list(parameters()) == [f"{ROOT}/lock/8"]


def test_a_webhook_that_does_not_answer_holds_it_up_and_is_not_shown(go, account):
    webhook = {"url": "https://localhost:1/s3cr3t", "events": ["before_step"], "tries": 1}
    told = go("run", version="1.1", webhooks=[webhook])
    assert told["failed"] and "webhook before step: URLError" in told["msg"], told
    assert told["failure"]["canary"]["phase"] == "paused" and "s3cr3t" not in json.dumps(told)
    ended(account, {"stable": 100, "canary": 0})
    assert go("run")["canary"]["phase"] == "promoted"


def test_the_catalogue_at_the_door_shows_it(go, cloud, parameters):
    door = cloud.connection("public")
    go("start", version="1.1", door=door)
    path = "/twoway/tokyo/catalog/canaries"
    assert parameters(path, "public") == {f"{path}/orders": {"version": "1.1", "weight": 5, "state": "baking"}}
    go("rollback", door=door)
    assert parameters(path, "public") == {}


def test_a_topic_is_told_what_happens_and_nobody_waits_for_one_that_is_gone(go, cloud):
    topic = cloud.client("sns").create_topic(Name="releases")["TopicArn"]
    go("start", version="1.1", topic_arn=topic)
    sent = sns_backends["222222222222"]["ap-northeast-1"].topics[topic].sent_notifications
    told = [(json.loads(text)["event"], subject) for _id, text, subject, *_more in sent]
    assert told == [
        ("started", "tokyo orders: canary started at 5 %"),
        ("moved", "tokyo orders: canary moved at 5 %"),
    ]
    cloud.client("sns").delete_topic(TopicArn=topic)
    assert go("rollback", topic_arn=topic)["canary"]["phase"] == "rolled_back"


def test_history_and_who_is_at_it(go, run, cloud):
    go("start", version="1.1", reason="CHG-1")
    go("rollback", by="bob")
    shown = run("canary_info", "isolated", link="tokyo")
    (told,) = shown["canaries"]
    assert (told["phase"], told["by"], told["holder"], told["order"]) == ("rolled_back", "bob", None, None)
    phases = [entry["phase"] for entry in told["history"]]
    assert phases[0] == "rolled_back" and phases[-1] == "preparing" and told["history"][-1]["reason"] == "CHG-1"
    assert shown["lines"][0] == "orders: rolled back at 0 %, step 1 of 4, 1.1 by bob: bob said so"
    assert run("canary_info", "isolated", link="tokyo", service="stock")["lines"] == ["stock: no canary yet"]


def test_an_entrys_own_canary_is_what_start_tries(converge, go, account):
    converge({**FOUR, "canary": {"image": "shop/orders:1.1", "desired_count": 1}})
    told = go("start")
    assert told["canary"]["image"] == "shop/orders:1.1"
    assert counts(account)["tokyo-orders-canary"] == 1
    ended(account, {"stable": 95, "canary": 5})
