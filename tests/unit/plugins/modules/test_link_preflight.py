"""link_preflight against the rig, and against nobody."""

from __future__ import annotations

import pytest
from rig.control import credentials

NOBODY = {"endpoint_url": "http://127.0.0.1:1", "aws_config": {"retries": {"max_attempts": 0}}}


def test_it_tells_account_and_zones(run, cloud):
    result = run("link_preflight", "isolated")
    assert (result["reachable"], result["account_id"], result["changed"]) == (True, "222222222222", False)
    told = {zone["id"]: zone["name"] for zone in result["azs"]}
    zones = cloud.client("ec2", "isolated").describe_availability_zones()["AvailabilityZones"]
    assert told == {zone["ZoneId"]: zone["ZoneName"] for zone in zones}
    assert list(told) == sorted(told)


def test_accounts_name_their_zones_differently(run):
    zones = [
        {zone["name"]: zone["id"] for zone in run("link_preflight", side)["azs"]} for side in ("public", "isolated")
    ]
    assert zones[0].keys() == zones[1].keys() and zones[0] != zones[1]


@pytest.mark.parametrize(
    ("connection", "code"),
    [
        (NOBODY, "EndpointConnectionError"),
        ({"access_key": "AKIAUNKNOWNUNKNOWN12"}, "InvalidClientTokenId"),
    ],
    ids=["nobody answers", "unknown key"],
)
def test_a_refusal_is_gathered(run, connection, code):
    result = run("link_preflight", "isolated", gather=True, **connection)
    assert "failed" not in result
    assert (result["reachable"], result["error_code"]) == (False, code)
    assert result["error"]


def test_a_refusal_fails_by_itself(run):
    result = run("link_preflight", "isolated", **NOBODY)
    assert result["failed"] and result["msg"].startswith("ask AWS whose credentials these are: ")


def test_expired_credentials_are_told_as_such(run, cloud):
    keys = credentials.issue(cloud.settings.account("isolated").id, "operator")
    credentials.expire(keys.access_key)
    given = {"access_key": keys.access_key, "secret_key": keys.secret_key, "session_token": keys.session_token}
    result = run("link_preflight", "isolated", gather=True, **given)
    assert (result["reachable"], result["error_code"]) == (False, "ExpiredToken")


def test_it_tells_what_the_service_proxies_are_told_of_the_link(run, cloud):
    ssm = cloud.client("ssm", "public")
    assert run("link_preflight", "public", catalog_of="tokyo")["catalog_link"] is None
    for name in ("link", "revision", "services/orders"):
        ssm.put_parameter(Name=f"/twoway/tokyo/catalog/{name}", Value=name, Type="String")
    result = run("link_preflight", "public", catalog_of="tokyo")
    assert (result["catalog_link"], result["catalog_unread"]) == ("link", "")
    assert cloud.calls.count("GetParametersByPath") == 1
    assert run("link_preflight", "public")["catalog_link"] is None
    assert "GetParametersByPath" not in cloud.calls


def test_who_may_not_read_it_goes_on(run, cloud):
    """As somebody who makes networks only."""
    cloud.fault("GetParametersByPath", "error", code="AccessDeniedException", message="not authorized", status=400)
    result = run("link_preflight", "public", catalog_of="tokyo", gather=True)
    assert (result["reachable"], result["catalog_link"], result["error"]) == (True, None, "")
    assert result["catalog_unread"].startswith("read parameters directly below /twoway/tokyo/catalog: AccessDenied")
