"""service_catalog against the rig."""

from __future__ import annotations

import json

import pytest

BASE = "/twoway/tokyo/catalog"
ORDERS = {"name": "orders", "host": "orders.tokyo.twoway.example", "path": "/orders", "port": 443, "version": "1.0"}
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


def stored(cloud) -> dict[str, dict]:
    found = cloud.client("ssm", "public").get_parameters_by_path(Path=BASE, Recursive=True)["Parameters"]
    return {item["Name"].removeprefix(f"{BASE}/"): json.loads(item["Value"]) for item in found}


def verbs(result) -> list[tuple[str, str]]:
    return [(action["verb"], action["target"].removeprefix(f"{BASE}/")) for action in result["actions"]]


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
    assert cloud.calls.count("PutParameter") == 1
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
    assert set(stored(cloud)) == {"services/legacy"}


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


def test_more_services_than_a_page(publish, cloud):
    services = [{**ORDERS, "name": f"s{n}", "path": f"/s{n}"} for n in range(25)]
    assert len(publish(*services)["actions"]) == 26
    assert publish(*services)["changed"] is False
    assert cloud.calls.count("GetParametersByPath") == 3


def test_an_unknown_endpoint_is_refused_outside_of_check_mode(publish):
    result = publish(ORDERS, endpoint_dns=None)
    assert result["failed"] and result["failure"]["where"] == "endpoint_dns"
