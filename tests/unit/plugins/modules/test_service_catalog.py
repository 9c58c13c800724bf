"""service_catalog against the rig."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import (
    canary_parameter,
    canary_text,
)

BASE = "/twoway/tokyo/catalog"
ORDERS = {"name": "orders", "host": "orders.tokyo.twoway.example", "path": "/orders", "port": 443, "version": "1.0"}
ORDERS |= {"health_check": {"path": "/healthz", "matcher": "200"}, "canary": {"version": "1.1", "weight": 5.0}}
BILLING = {**ORDERS, "name": "billing", "host": "billing.tokyo.twoway.example", "path": "/billing"}
OURS = {"privatelink:link": "tokyo", "privatelink:side": "public"}


@pytest.fixture
def publish(run):
    def publish(*services, check=False, **more):
        given = {
            "link": "tokyo",
            "domain": "tokyo.twoway.example",
            "endpoint_dns": "vpce-1.example.com",
            "endpoint_zonal_dns": {"apne1-az1": "vpce-1-a.example.com"},
            "ca_pem": "-----BEGIN CERTIFICATE-----",
            "services": list(services),
        }
        return run("service_catalog", "public", check=check, **{**given, **more})

    return publish


def texts(cloud) -> dict[str, str]:
    found = cloud.client("ssm", "public").get_parameters_by_path(Path=BASE, Recursive=True)["Parameters"]
    return {item["Name"].removeprefix(f"{BASE}/"): item["Value"] for item in found}


def stored(cloud) -> dict[str, dict]:
    return {name: json.loads(text) for name, text in texts(cloud).items() if name != "revision"}


def verbs(result) -> list[tuple[str, str]]:
    """All but that of the revision, which comes last whenever there is another."""
    told = [(action["verb"], action["target"].removeprefix(f"{BASE}/")) for action in result["actions"]]
    if told and told[0][0] != "delete" or len(told) > 1:
        told, (_verb, last) = told[:-1], told[-1]
        assert last == "revision"
    return told


def test_check_mode_names_every_parameter_and_puts_none(publish, cloud):
    result = publish(ORDERS, check=True, endpoint_dns=None)
    assert verbs(result) == [("create", "link"), ("create", "services/orders")]
    assert set(cloud.calls) == {"GetParametersByPath"}
    assert stored(cloud) == {}


def test_a_catalogue_is_put_once(publish, cloud):
    assert publish(ORDERS, BILLING)["changed"] is True
    assert stored(cloud)["services/billing"] == BILLING
    assert stored(cloud)["link"]["endpoint_zonal_dns"] == {"apne1-az1": "vpce-1-a.example.com"}
    assert publish(BILLING, ORDERS)["changed"] is False
    assert set(cloud.calls) == {"GetParametersByPath", "DescribeParameters"}


def test_only_what_differs_is_written(publish, cloud):
    publish(ORDERS, BILLING)
    result = publish({**ORDERS, "version": "1.1"}, BILLING)
    assert verbs(result) == [("modify", "services/orders")]
    assert cloud.calls.count("PutParameter") == 2
    assert result["diff"]["before"][f"{BASE}/services/orders"]["version"] == "1.0"
    assert result["diff"]["after"][f"{BASE}/services/orders"]["version"] == "1.1"


def test_a_changed_parameter_keeps_its_tags(publish, cloud):
    publish(ORDERS)
    publish({**ORDERS, "version": "1.1"})
    ssm = cloud.client("ssm", "public")
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=f"{BASE}/services/orders")["TagList"]
    assert OURS.items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()


def test_what_is_not_listed_goes_unless_told_otherwise(publish, cloud):
    publish(ORDERS, BILLING)
    assert publish(ORDERS, purge=False)["changed"] is False
    assert verbs(publish(ORDERS)) == [("delete", "services/billing")]
    assert set(stored(cloud)) == {"link", "services/orders"}


def test_a_foreign_parameter_is_left_alone(publish, cloud):
    ssm = cloud.client("ssm", "public")
    ssm.put_parameter(Name=f"{BASE}/services/legacy", Value="{}", Type="String")
    publish(ORDERS)
    assert publish(state="absent")["changed"] is True
    assert set(texts(cloud)) == {"services/legacy"}


def test_a_foreign_parameter_is_never_written_over(publish, cloud):
    cloud.client("ssm", "public").put_parameter(Name=f"{BASE}/services/orders", Value="{}", Type="String")
    result = publish(ORDERS)
    assert result["failed"] and f"{BASE}/services/orders" in result["msg"]
    assert stored(cloud) == {"services/orders": {}}


def test_absent_twice(publish, cloud):
    publish(ORDERS)
    assert publish(state="absent")["changed"] is True
    assert publish(state="absent")["changed"] is False
    assert stored(cloud) == {}


@pytest.fixture
def notice(cloud):
    """Puts a canary's own parameter, as whoever moves its weights does."""
    ssm = cloud.client("ssm", "public")

    def put(service: str) -> None:
        text = canary_text(version="2", weight=25, state="running")
        tags = [{"Key": key, "Value": value} for key, value in OURS.items()]
        ssm.put_parameter(Name=canary_parameter("tokyo", service), Value=text, Type="String", Tags=tags)

    return put


def test_a_canary_that_is_being_moved_stays_as_long_as_its_service(publish, cloud, notice):
    publish(ORDERS, BILLING)
    notice("orders")
    assert publish(ORDERS, BILLING)["changed"] is False
    assert stored(cloud)["canaries/orders"] == {"version": "2", "weight": 25, "state": "running"}
    assert verbs(publish(BILLING)) == [("delete", "canaries/orders"), ("delete", "services/orders")]


def test_no_canary_outlives_the_catalogue(publish, cloud, notice):
    publish(ORDERS)
    notice("orders")
    publish(state="absent")
    assert texts(cloud) == {}


def test_the_revision_changes_with_every_change_and_with_nothing_else(publish, cloud):
    seen = []
    for services in ([ORDERS], [ORDERS, BILLING], [ORDERS], [{**ORDERS, "version": "2"}], [ORDERS]):
        publish(*services)
        seen.append(texts(cloud)["revision"])
        assert publish(*services)["changed"] is False
        assert texts(cloud)["revision"] == seen[-1]
    assert len(set(seen)) == len(seen)


def test_what_was_changed_by_hand_is_put_back_and_told(publish, cloud):
    publish(ORDERS)
    before = texts(cloud)["revision"]
    cloud.client("ssm", "public").put_parameter(Name=f"{BASE}/services/orders", Value="{}", Overwrite=True)
    assert verbs(publish(ORDERS)) == [("modify", "services/orders")]
    assert texts(cloud)["revision"] != before


@pytest.mark.parametrize("changes", [1, 2, 3])
def test_killed_and_run_again(publish, cloud, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        publish(ORDERS)
    publish(ORDERS)
    again = publish(ORDERS)
    assert again["changed"] is False and set(texts(cloud)) == {"link", "services/orders", "revision"}


def test_more_services_than_a_page(publish, cloud):
    services = [{**ORDERS, "name": f"s{n}", "path": f"/s{n}"} for n in range(25)]
    assert len(verbs(publish(*services))) == 26
    assert publish(*services)["changed"] is False
    assert cloud.calls.count("GetParametersByPath") == 3


def test_an_unknown_endpoint_is_refused_outside_of_check_mode(publish):
    result = publish(ORDERS, endpoint_dns=None)
    assert result["failed"] and result["failure"]["where"] == "endpoint_dns"
