"""A private DNS name: set, published, verified. https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"""

from __future__ import annotations

from rig.control.ec2 import dns_records
from unit.plugins.modules.endpoint_service.scenery import (
    HERE,
    MODIFY,
    MODULE,
    NAME,
    NOTHING_TO_DO,
    VERIFY,
    forecast_holds,
    only_gateways,
)


def test_private_name_is_set_published_and_verified(run, cloud, options, service):
    """FIELD A2: a name needs a TXT record in public DNS, which AWS tells only once it has the name."""
    wanted = {**options, "private_dns_name": NAME, "verify_private_dns": True}
    first = run(MODULE, HERE, **wanted)
    assert cloud.calls == [*NOTHING_TO_DO, MODIFY, *NOTHING_TO_DO]
    record = first["endpoint_service"]["private_dns_verification"]
    assert record["state"] == "pendingVerification" and record["record_type"] == "TXT"
    assert record["record_name"].endswith(f".{NAME}") and f"{record['record_name']} = " in first["note"]

    dns_records.publish_txt(record["record_name"], record["record_value"])
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)

    assert [action["verb"] for action in result["actions"]] == ["verify_private_dns"]
    assert cloud.calls[:4] == [*NOTHING_TO_DO, VERIFY] and set(cloud.calls[4:]) == set(NOTHING_TO_DO)
    forecast_holds(result, forecast)
    assert result["endpoint_service"]["private_dns_verification"]["state"] == "verified" and result["note"] == ""
    assert not run(MODULE, HERE, **wanted)["changed"] and cloud.calls == NOTHING_TO_DO


def test_verification_without_the_record_fails_and_tells_it(run, options, service):
    wanted = {**options, "private_dns_name": NAME}
    record = run(MODULE, HERE, **wanted)["endpoint_service"]["private_dns_verification"]
    result = run(MODULE, HERE, **wanted, verify_private_dns=True)

    assert result["failed"] and f"{record['record_name']} = {record['record_value']}" in result["msg"]
    assert [action["verb"] for action in result["actions"]] == ["verify_private_dns"]


def test_verification_that_is_not_waited_for(run, cloud, options, service):
    run(MODULE, HERE, **options, private_dns_name=NAME)
    result = run(MODULE, HERE, **options, verify_private_dns=True, wait=False)

    assert cloud.calls == [*NOTHING_TO_DO, VERIFY, *NOTHING_TO_DO]
    assert result["note"].startswith(f"{NAME} is pendingVerification")


def test_private_name_is_not_for_gateway_load_balancers(run, options, gateway_arn):
    """FIELD A2, private DNS."""
    wanted = only_gateways(options, gateway_arn("inspect"))
    result = run(MODULE, HERE, **wanted, private_dns_name=NAME)

    assert result["failed"] and result["failure"]["code"] == "InvalidParameter"
