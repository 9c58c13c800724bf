"""Throttles, lost answers, lists that lag behind, two runs at once."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api
from unit.plugins.modules.interface_endpoint.scenery import (
    CREATE,
    DELETE,
    HERE,
    LIST,
    MODIFY,
    MODULE,
    REGION,
    SERVICES,
    SUBNETS,
    TAGS,
    tagged,
    verbs,
)


def endpoints(ec2):
    return ec2.describe_vpc_endpoints()["VpcEndpoints"]


@pytest.mark.parametrize(
    ("action", "kind"),
    [(LIST, "throttle"), (SUBNETS, "throttle"), (SERVICES, "throttle"), (CREATE, "throttle"), (CREATE, "unavailable")],
)
def test_a_throttled_or_failing_call_is_tried_again(run, cloud, ec2, options, action, kind):
    """RequestLimitExceeded, and 503 Unavailable of a service that was just made."""
    cloud.fault(action, kind, times=6)

    assert run(MODULE, HERE, **options)["interface_endpoint"]["state"] == "available"
    assert len(endpoints(ec2)) == 1


@pytest.mark.parametrize("action", [MODIFY, "CreateTags", DELETE])
def test_so_is_a_throttled_change(run, cloud, options, endpoint, here, action):
    cloud.fault(action, "throttle", times=6)
    changed = {"security_group_ids": here.security_group_ids[1:], "tags": {**TAGS, "team": "other"}}

    assert run(MODULE, HERE, **{**options, **changed})["interface_endpoint"]["tags"]["team"] == "other"
    assert verbs(run(MODULE, HERE, **options, state="absent")) == ["delete"]


def test_the_answer_to_a_creation_is_lost_and_it_is_done_once(run, cloud, ec2, options):
    """The SDK asks again with the same client token."""
    cloud.fault(CREATE, "lost")
    result = run(MODULE, HERE, **options)

    assert cloud.calls.count(CREATE) == 2 and result["interface_endpoint"]["state"] == "available"
    assert [one["VpcEndpointId"] for one in endpoints(ec2)] == [result["interface_endpoint"]["endpoint_id"]]


def lagging(monkeypatch, looks):
    """The next so many looks for endpoints find nothing, as an index that lags behind."""
    real, left = api.list_endpoints, [None] * looks

    def list_endpoints(ec2, filters):
        return (left.pop() or []) if left else real(ec2, filters)

    monkeypatch.setattr(api, "list_endpoints", list_endpoints)


def test_the_answer_is_lost_for_good_and_the_next_run_makes_no_second_one(run, cloud, ec2, options, monkeypatch):
    """Even while the index behind the tag filters does not show the first: the client token is that of the wish."""
    cloud.fault(CREATE, "lost", times=50)
    failed = run(MODULE, HERE, **options)
    assert failed["failed"] and len(endpoints(ec2)) == 1
    cloud.plane.faults.clear()

    lagging(monkeypatch, looks=1)
    result = run(MODULE, HERE, **options)
    assert CREATE in cloud.calls
    assert [one["VpcEndpointId"] for one in endpoints(ec2)] == [result["interface_endpoint"]["endpoint_id"]]


def test_a_list_that_lags_behind_makes_no_second_one(run, cloud, ec2, options, endpoint, monkeypatch):
    """The client token is the same for the same wish, so AWS gives back what it made before."""
    lagging(monkeypatch, looks=1)
    result = run(MODULE, HERE, **options)

    assert CREATE in cloud.calls and result["interface_endpoint"]["endpoint_id"] == endpoint["endpoint_id"]
    assert len(endpoints(ec2)) == 1


def test_not_found_right_after_creation_is_waited_for(run, cloud, options, monkeypatch):
    lagging(monkeypatch, looks=4)
    result = run(MODULE, HERE, **options)

    assert result["interface_endpoint"]["state"] == "available" and cloud.calls.count(CREATE) == 1


def test_not_found_of_a_change_right_after_creation_is_tried_again(run, cloud, options, endpoint, here):
    cloud.fault(MODIFY, "error", code="InvalidVpcEndpointId.NotFound", message="does not exist", times=3)
    result = run(MODULE, HERE, **{**options, "security_group_ids": here.security_group_ids[1:]})

    assert verbs(result) == ["modify"] and cloud.calls.count(MODIFY) == 4


def test_an_index_that_lags_behind_is_asked_by_id(run, options, monkeypatch):
    """Tag filters find the new endpoint much later than its id does."""
    real = api.list_endpoints

    def list_endpoints(ec2, filters):
        return real(ec2, filters) if filters[0]["Name"] == "vpc-endpoint-id" else []

    monkeypatch.setattr(api, "list_endpoints", list_endpoints)

    assert run(MODULE, HERE, **options)["interface_endpoint"]["state"] == "available"


def test_a_provider_that_has_just_admitted_us_is_believed_for_a_while(run, cloud, to_provider):
    """InvalidServiceName right after our account was allowed; AWS says the same of a service that is not there."""
    for action in (SERVICES, CREATE):
        cloud.fault(action, "error", code="InvalidServiceName", message="does not exist", times=3)
    result = run(MODULE, HERE, **to_provider)

    assert result["interface_endpoint"]["state"] == "pendingAcceptance"
    assert cloud.calls.count(CREATE) == 4 and cloud.calls.count(SERVICES) == 1


def test_a_service_that_does_not_admit_us_is_an_error_with_code_and_request_id(run, cloud, to_provider):
    missing = {"service_name": f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"}
    result = run(MODULE, HERE, **{**to_provider, **missing})

    assert result["failed"] and "InvalidServiceName" in result["msg"] and result["failure"]["request_id"]
    assert result["failure"]["code"] == "InvalidServiceName"


def test_unsuccessful_is_a_failure(run, cloud, options, endpoint):
    """DeleteVpcEndpoints answers 200 and lists what it refused."""
    cloud.fault(DELETE, "unsuccessful", code="OperationNotPermitted", message="requester-managed")
    result = run(MODULE, HERE, **options, state="absent")

    assert result["failed"] and result["failure"]["code"] == "OperationNotPermitted"
    assert endpoint["endpoint_id"] in result["msg"] and not result["changed"]


@pytest.mark.parametrize("changes", [1, 2, 3])
def test_a_run_that_was_killed_is_finished_by_the_next(run, ec2, many, killed_after, changes):
    """Right after its first, second or third creation, and then right after the deletion of all."""
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):  # it has printed nothing
        run(MODULE, HERE, **many)
    assert 1 <= len(endpoints(ec2)) <= 3
    assert len(run(MODULE, HERE, **many)["interface_endpoints"]) == 3 == len(endpoints(ec2))

    killed_after(1)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, HERE, **many, state="absent")
    run(MODULE, HERE, **many, state="absent")
    assert {one["State"] for one in endpoints(ec2)} <= {"deleted"}
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


class TestTwoRunsAtOnce:
    """Each begins with a look that shows nothing of what the other is about to do."""

    def test_from_the_same_options_they_make_one(self, run, ec2, options, endpoint, monkeypatch):
        lagging(monkeypatch, looks=1)

        assert run(MODULE, HERE, **options)["interface_endpoint"]["endpoint_id"] == endpoint["endpoint_id"]
        assert len(endpoints(ec2)) == 1

    def test_from_different_options_both_are_told_instead_of_one_taken(self, run, ec2, here, options, meanwhile):
        """The other run's endpoint comes to light while this one waits."""
        plain = {**options, "private_dns_enabled": False}
        other = {
            "VpcId": here.vpc_id,
            "ServiceName": options["service_name"],
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": False,
            "TagSpecifications": tagged({**TAGS, "Name": options["name"]}),
        }
        meanwhile(SERVICES, lambda: ec2.create_vpc_endpoint(**other))
        result = run(MODULE, HERE, **plain)

        assert result["failed"] and "2 of them carry our tags" in result["msg"] and result["changed"]

    def test_deleted_by_the_other_meanwhile_is_deleted(self, run, cloud, ec2, options, endpoint, meanwhile):
        def other_run() -> None:
            ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["endpoint_id"]])
            cloud.time.advance(60)

        meanwhile(LIST, other_run)
        result = run(MODULE, HERE, **options, state="absent")

        assert not result.get("failed") and verbs(result) == ["delete"] and endpoints(ec2) == []

    def test_changed_by_the_other_meanwhile_is_changed(self, run, ec2, here, options, endpoint, meanwhile):
        """What is added twice is there once."""
        more = here.security_group_ids[1]
        meanwhile(
            LIST,
            lambda: ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["endpoint_id"], AddSecurityGroupIds=[more]),
        )
        result = run(MODULE, HERE, **{**options, "security_group_ids": here.security_group_ids})

        assert sorted(result["interface_endpoint"]["security_group_ids"]) == sorted(here.security_group_ids)
