"""endpoint_service on AWS's bad days, and beside another run of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rig.control.ec2 import backends
from unit.plugins.modules.endpoint_service.scenery import (
    CONNECTIONS,
    CREATE,
    DELETE,
    HERE,
    HOME,
    LIST,
    MODULE,
    NOTHING_TO_DO,
    NOTIFICATIONS,
    NOTIFY,
    OTHER,
    PERMIT,
    PRINCIPALS,
    PUBLIC,
    REJECT,
    TOPIC,
    UNNOTIFY,
    ZONES,
)

NOT_FOUND = {"code": "InvalidVpcEndpointServiceId.NotFound", "message": "does not exist"}


def ids(cloud):
    found = cloud.client("ec2", HERE).describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    return [one["ServiceId"] for one in found]


@pytest.mark.parametrize("kind", ["throttle", "unavailable"])
@pytest.mark.parametrize("action", [LIST, PRINCIPALS, ZONES, CREATE, PERMIT])
def test_a_busy_aws_is_asked_again(run, cloud, options, action, kind):
    cloud.fault(action, kind, times=3)
    result = run(MODULE, HERE, **options)

    assert cloud.calls.count(action) == [LIST, CREATE, LIST, PERMIT, *NOTHING_TO_DO].count(action) + 3
    assert ids(cloud) == [result["endpoint_service"]["service_id"]]


def test_a_throttle_that_does_not_end_is_told(run, cloud, options):
    cloud.fault(CREATE, "throttle", times=1000)
    result = run(MODULE, HERE, **options)

    assert result["failed"] and result["failure"]["code"] == "RequestLimitExceeded"
    assert result["failure"]["request_id"] and result["msg"].startswith("create endpoint service tokyo-inbound: ")


def test_not_found_right_after_creation_is_waited_for(run, cloud, options):
    """FIELD G: eventual consistency, NotFound just after create."""
    cloud.fault(LIST, "error", after=1, times=3, **NOT_FOUND)
    cloud.fault(PERMIT, "error", times=2, **NOT_FOUND)
    result = run(MODULE, HERE, **options)

    assert result["endpoint_service"]["state"] == "Available"
    assert cloud.calls.count(CREATE) == 1 and cloud.calls.count(PERMIT) == 3


def test_a_lost_answer_to_a_creation_makes_no_second_one(run, cloud, options):
    """boto3 asks again with the same client token, and AWS gives back what it made."""
    cloud.fault(CREATE, "lost")
    result = run(MODULE, HERE, **options)

    assert cloud.calls.count(CREATE) == 2 and ids(cloud) == [result["endpoint_service"]["service_id"]]


def test_a_lost_answer_to_a_notification_makes_no_second_one(run, cloud, options):
    cloud.fault(NOTIFY, "lost")
    run(MODULE, HERE, **options, connection_notifications=[{"topic_arn": TOPIC, "events": ["Accept"]}])

    assert cloud.calls.count(NOTIFY) == 2
    told = cloud.client("ec2", HERE).describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"]
    assert [one["ConnectionNotificationArn"] for one in told] == [TOPIC]


def test_a_creation_whose_run_died_is_found_though_the_list_lags_behind(run, cloud, options, killed_after):
    """The client token is the same for the same wish, whichever run makes it."""
    cloud.fault(LIST, "stale", after=1, times=2)
    run(MODULE, HERE, check=True, **options)
    killed_after(1)
    run_to_its_death(run, options)
    result = run(MODULE, HERE, **options)

    assert cloud.calls[:2] == [LIST, CREATE]
    assert ids(cloud) == [result["endpoint_service"]["service_id"]]


@pytest.mark.parametrize("after", [1, 2, 3])
def test_killed_after_any_call_and_run_again(run, cloud, options, killed_after, after):
    wanted = {**options, "connection_notifications": [{"topic_arn": TOPIC, "events": ["Accept"]}]}
    killed_after(after)
    run_to_its_death(run, wanted)
    result = run(MODULE, HERE, **wanted)

    assert len(ids(cloud)) == 1 and result["endpoint_service"]["allowed_principals"] == [PUBLIC]
    told = cloud.client("ec2", HERE).describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"]
    assert len(told) == 1
    assert not run(MODULE, HERE, **wanted)["changed"]


def run_to_its_death(run, wanted):
    try:
        run(MODULE, HERE, **wanted)
    except ValueError:  # it printed nothing
        return


@pytest.mark.parametrize("point", [LIST, CREATE, PERMIT])
def test_two_runs_at_once_make_one_service(run, cloud, options, meanwhile, point):
    """The other one comes and goes between any two steps of this one."""
    meanwhile(point, lambda: run(MODULE, HERE, **options))
    result = run(MODULE, HERE, **options)

    assert ids(cloud) == [result["endpoint_service"]["service_id"]]
    assert result["endpoint_service"]["allowed_principals"] == [PUBLIC]
    assert not run(MODULE, HERE, **options)["changed"]


@pytest.mark.parametrize("point", [LIST, CONNECTIONS, NOTIFICATIONS])
def test_two_runs_at_once_delete_once(run, cloud, options, service, meanwhile, point):
    """What is gone already is listed in Unsuccessful as NotFound, which is as good as deleted."""
    meanwhile(point, lambda: run(MODULE, HERE, **options, state="absent"))
    result = run(MODULE, HERE, **options, state="absent")

    assert not result.get("failed") and ids(cloud) == []


def test_two_runs_at_once_change_it_to_the_same(run, cloud, options, service, meanwhile):
    wanted = {**options, "allowed_principals": [OTHER], "acceptance_required": False}
    meanwhile(PRINCIPALS, lambda: run(MODULE, HERE, **wanted))
    result = run(MODULE, HERE, **wanted)

    assert result["endpoint_service"]["allowed_principals"] == [OTHER]
    assert not run(MODULE, HERE, **wanted)["changed"]


@pytest.mark.parametrize(
    ("action", "wanted", "where"),
    [
        pytest.param(DELETE, {"state": "absent"}, "delete endpoint service", id="delete"),
        pytest.param(REJECT, {"state": "absent", "force": True}, "reject connections", id="reject by force"),
        pytest.param(
            REJECT,
            {"allowed_principals": [], "reject_on_principal_removal": True},
            "reject connections",
            id="reject with a principal",
        ),
        pytest.param(UNNOTIFY, {"connection_notifications": []}, "delete connection notifications", id="notifications"),
    ],
)
def test_unsuccessful_in_a_200_is_a_failure(run, cloud, options, connect, action, wanted, where):
    """FIELD A1, pitfall 2: Unsuccessful[] in 200 replies taken as success."""
    if action != DELETE:
        connect("one")
    run(MODULE, HERE, **options, connection_notifications=[{"topic_arn": TOPIC, "events": ["Accept"]}])
    cloud.fault(action, "unsuccessful", code="InternalError", message="a bad day")
    result = run(MODULE, HERE, **{**options, **wanted})

    assert result["failed"] and result["msg"].startswith(where) and "InternalError: a bad day" in result["msg"]
    assert result["failure"]["code"] == "InternalError" and result["failure"]["request_id"]
    assert action in cloud.calls and cloud.calls[-1] == action


def test_whoever_connects_while_a_principal_goes_is_turned_away_too(run, cloud, options, connect, state_of, meanwhile):
    connect("one")
    late = []
    wanted = {**options, "allowed_principals": [], "reject_on_principal_removal": True}
    meanwhile(REJECT, lambda: late.append(connect("late", accept=False)))
    result = run(MODULE, HERE, **wanted)

    assert not result.get("failed") and state_of(late[0]) == "rejected"


def test_whoever_connects_while_the_service_goes_keeps_it(run, cloud, options, connect, meanwhile):
    """FIELD A2: ExistingVpcEndpointConnections, in Unsuccessful of a 200. The next run names, or rejects, them too."""
    run(MODULE, HERE, **options)
    late = []
    meanwhile(NOTIFICATIONS, lambda: late.append(connect("late", accept=False)))
    result = run(MODULE, HERE, **options, state="absent", force=True)
    assert result["failed"] and result["failure"]["code"] == "ExistingVpcEndpointConnections"
    assert result["failure"]["request_id"] and not result["changed"]

    assert f"{late[0]} (pendingAcceptance)" in run(MODULE, HERE, **options, state="absent")["msg"]
    assert run(MODULE, HERE, **options, state="absent", force=True)["changed"] and ids(cloud) == []


def test_a_service_that_is_not_there_is_said_by_aws(run, cloud, options, service):
    """FIELD A2: InvalidVpcEndpointServiceId.NotFound, of one that somebody deleted while it was looked at."""
    for action in (PRINCIPALS, PERMIT):
        cloud.fault(action, "error", times=1000, **NOT_FOUND)
    result = run(MODULE, HERE, **options)

    assert result["failed"] and result["failure"]["code"] == NOT_FOUND["code"] and result["failure"]["request_id"]


def test_an_nlb_that_is_gone_does_not_hinder_the_reading(run, cloud, options, service):
    cloud.fault(ZONES, "error", code="LoadBalancerNotFound")
    result = run(MODULE, HERE, **options)

    assert not result["changed"] and cloud.calls == NOTHING_TO_DO


def test_a_thousand_principals_connections_and_services_take_no_more_calls(run, cloud, options, connect):
    """At most four calls for a run that finds nothing to do, whatever there is; pages of a thousand are real."""
    more = [f"arn:aws:iam::{number:012}:root" for number in range(1, 1001)]
    tell = [{"topic_arn": TOPIC, "events": ["Accept"]}]
    wanted = {
        **options,
        "allowed_principals": more,
        "connection_notifications": tell,
        "reject_on_principal_removal": True,
    }
    run(MODULE, HERE, **options)
    one = connect("one")
    run(MODULE, HERE, **wanted)
    public, isolated = backends.of("111111111111", HOME), backends.of("222222222222", HOME)
    model, service = public.endpoints[one], next(iter(isolated.endpoint_services.values()))
    for number in range(1000):
        end = replace(model, id=f"vpce-{number:017x}", connection_id=f"vpce-con-{number:017x}")
        public.endpoints[end.id] = end
        other = type(service)(account_id=service.account_id, region=HOME, load_balancer_arns=[])
        isolated.endpoint_services[other.id] = other
    result = run(MODULE, HERE, **wanted)

    assert not result["changed"]
    assert cloud.calls == [LIST, PRINCIPALS, ZONES, NOTIFICATIONS]


def test_pages_are_read_to_their_end(run, cloud, options, connect):
    more = [f"arn:aws:iam::{number:012}:root" for number in range(1, 1501)]
    run(MODULE, HERE, **{**options, "allowed_principals": more})
    result = run(MODULE, HERE, **{**options, "allowed_principals": more})

    assert not result["changed"] and cloud.calls == [LIST, PRINCIPALS, PRINCIPALS, ZONES]
    assert result["endpoint_service"]["allowed_principals"] == more


def test_a_refusal_of_aws_carries_code_and_request_id(run, options):
    arn = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/none/0123456789abcdef"
    result = run(MODULE, HERE, **{**options, "load_balancer_arns": [arn]})

    assert result["failed"] and result["failure"]["code"] and result["failure"]["request_id"]
    assert result["failure"]["code"] in result["msg"] and "\n" not in result["msg"]


def test_a_failed_service_is_told_and_not_waited_for(run, cloud, options, service):
    next(iter(backends.of("222222222222", HOME).endpoint_services.values())).state = "Failed"
    result = run(MODULE, HERE, **options)

    assert result["failed"] and f"{service['service_id']} is Failed" in result["msg"]
    assert run(MODULE, HERE, **options, state="absent")["changed"]
