"""The states of an endpoint: what counts as present, what is waited for, what is told."""

from __future__ import annotations

import pytest
from rig.control import backdoor
from rig.control.ec2 import dns_records, lifecycle
from unit.plugins.modules.interface_endpoint.scenery import CREATE, HERE, LIST, MODULE, as_foretold, verbs

DNS_NAME = "door.tokyo.twoway.example"


def move(endpoint_id, state, reason=""):
    """What AWS decides by itself."""
    backdoor.move_endpoint({"endpoint_id": endpoint_id, "state": state, "reason": reason})


@pytest.fixture
def reject(provider, service):
    def reject(endpoint_id):
        provider.reject_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id])

    return reject


def test_wait_ends_at_pending_acceptance_and_says_so(run, cloud, to_provider, service):
    result = run(MODULE, HERE, **to_provider)

    assert result["interface_endpoint"]["state"] == "pendingAcceptance"
    assert "waits for the provider" in result["note"] and service["ServiceName"] in result["note"]
    assert cloud.time() < 650  # the balancer's 600 s and next to nothing more
    again = run(MODULE, HERE, **to_provider)
    assert not again["changed"] and "waits for the provider" in again["note"] and cloud.calls == [LIST]


def test_accepted_later(run, to_provider, service, accept):
    accept(service, run(MODULE, HERE, **to_provider)["interface_endpoint"]["endpoint_id"])
    result = run(MODULE, HERE, **to_provider)

    assert not result["changed"] and result["interface_endpoint"]["state"] == "available" and result["note"] == ""


def test_a_service_that_accepts_at_once_is_waited_for(run, provider, to_provider, service):
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"], AcceptanceRequired=False)
    result = run(MODULE, HERE, **to_provider)

    assert result["interface_endpoint"]["state"] == "available" and result["note"] == ""


def test_a_rejected_endpoint_is_not_present(run, cloud, to_provider, reject):
    made = run(MODULE, HERE, **to_provider)["interface_endpoint"]["endpoint_id"]
    reject(made)

    refused = run(MODULE, HERE, **to_provider)
    assert refused["failed"] and f"{made} is rejected" in refused["msg"] and "replace: true" in refused["msg"]
    assert cloud.calls == [LIST]

    result = run(MODULE, HERE, **to_provider, replace=True)
    assert verbs(result) == ["delete", "create"]
    assert result["interface_endpoint"]["endpoint_id"] not in (None, made)
    assert result["interface_endpoint"]["state"] == "pendingAcceptance"


@pytest.mark.parametrize("state", ["failed", "expired"])
def test_failed_and_expired_ones_are_not_present_either(run, options, endpoint, state):
    move(endpoint["endpoint_id"], state)

    refused = run(MODULE, HERE, **options)
    assert refused["failed"] and f"{endpoint['endpoint_id']} is {state}" in refused["msg"]
    replaced = run(MODULE, HERE, **options, replace=True)["interface_endpoint"]
    assert replaced["state"] == "available" and replaced["endpoint_id"] != endpoint["endpoint_id"]


def test_a_rejected_endpoint_is_taken_away(run, to_provider, reject):
    made = run(MODULE, HERE, **to_provider)["interface_endpoint"]["endpoint_id"]
    reject(made)

    assert verbs(run(MODULE, HERE, **to_provider, state="absent")) == ["delete"]
    assert not run(MODULE, HERE, **to_provider, state="absent")["changed"]


def test_a_failure_during_the_wait_carries_the_last_error(run, options, monkeypatch):
    """AWS's LastError and FailureReason tell why; without them nobody knows what to mend."""
    monkeypatch.setattr(lifecycle, "begin", lambda made: lifecycle.move(made, "failed", "no capacity in apne1-az1"))
    result = run(MODULE, HERE, **options)

    assert result["failed"] and "is failed: InternalError: no capacity in apne1-az1" in result["msg"]
    assert result["changed"] and "replace: true" in result["msg"]


def test_partial_is_waited_for_and_told_when_time_is_up(run, options, endpoint):
    """It serves some of its subnets only: neither a failure, nor what was asked for."""
    move(endpoint["endpoint_id"], "partial")
    result = run(MODULE, HERE, **options, wait_timeout=30)
    assert result["failed"] and "is partial: it serves some of its subnets only" in result["msg"]

    unawaited = run(MODULE, HERE, **options, wait=False)
    assert not unawaited["changed"] and unawaited["interface_endpoint"]["state"] == "partial"
    assert "is partial" in unawaited["note"]


def test_made_again_after_it_was_deleted(run, options, endpoint):
    """AWS answers a client token it knows with what it made then, deleted or not."""
    run(MODULE, HERE, **options, state="absent")
    result = run(MODULE, HERE, **options)

    assert result["interface_endpoint"]["state"] == "available"
    assert result["interface_endpoint"]["endpoint_id"] != endpoint["endpoint_id"]


def test_made_again_while_the_first_is_deleting(run, options, endpoint):
    run(MODULE, HERE, **options, state="absent", wait=False)
    result = run(MODULE, HERE, **options)

    assert verbs(result) == ["create"] and result["interface_endpoint"]["endpoint_id"] != endpoint["endpoint_id"]


class TestPrivateDns:
    """A service's own name can be had once the endpoint is accepted: terraform-provider-aws issue 7148."""

    @pytest.fixture
    def named(self, cloud, provider, publish):
        """A service with a verified private name."""

        def named(**settings):
            made = publish(PrivateDnsName=DNS_NAME, **settings)
            proof = made["PrivateDnsNameConfiguration"]
            dns_records.publish_txt(f"{proof['Name']}.{DNS_NAME}", proof["Value"])
            provider.start_vpc_endpoint_service_private_dns_verification(ServiceId=made["ServiceId"])
            cloud.time.advance(10)
            return made

        return named

    @pytest.fixture
    def wanted(self, options):
        return lambda service: {**options, "name": "tokyo-inbound", "service_name": service["ServiceName"]}

    def test_it_is_put_off_until_the_provider_has_accepted(self, run, named, wanted, accept):
        service = named()
        made = run(MODULE, HERE, **wanted(service))["interface_endpoint"]
        assert made["state"] == "pendingAcceptance" and made["private_dns_enabled"] is False
        assert not run(MODULE, HERE, **wanted(service))["changed"]

        accept(service, made["endpoint_id"])
        result = as_foretold(run, **wanted(service))
        assert verbs(result) == ["modify"] and result["interface_endpoint"]["private_dns_enabled"] is True
        assert not run(MODULE, HERE, **wanted(service))["changed"]

    def test_a_service_that_accepts_at_once_has_it_at_creation(self, run, named, wanted):
        service = named(AcceptanceRequired=False)
        result = run(MODULE, HERE, **wanted(service))

        assert verbs(result) == ["create"] and result["interface_endpoint"]["private_dns_enabled"] is True

    def test_a_service_without_a_private_name_is_an_error_before_anything_is_made(self, run, cloud, service, wanted):
        result = run(MODULE, HERE, **wanted(service))

        assert result["failed"] and "has no private DNS name" in result["msg"]
        assert CREATE not in cloud.calls

    def test_a_name_not_verified_yet_is_one_too(self, run, cloud, publish, wanted):
        result = run(MODULE, HERE, **wanted(publish(PrivateDnsName=DNS_NAME)))

        assert result["failed"] and f"the provider has not verified {DNS_NAME} yet" in result["msg"]

    def test_it_is_opt_in_for_a_provider_and_the_rule_for_aws(self, run, to_provider, many):
        """AWS makes a hidden zone of it in the consumer's VPC, so nobody shall have it by accident."""
        assert run(MODULE, HERE, **to_provider)["interface_endpoint"]["private_dns_enabled"] is False
        rows = run(MODULE, HERE, **many)["interface_endpoints"]
        assert [one["private_dns_enabled"] for one in rows] == [True, True, False]

    def test_two_of_one_name_take_turns(self, run, cloud, options, endpoint):
        """The private name of a deleted endpoint is taken for some time: the new one waits."""
        cloud.fault(
            CREATE,
            "error",
            times=3,
            code="InvalidParameter",
            message="private-dns-enabled cannot be set because there is already a conflicting DNS domain for ssm",
        )
        move(endpoint["endpoint_id"], "failed")
        result = run(MODULE, HERE, **options, replace=True)

        assert result["interface_endpoint"]["private_dns_enabled"] is True
        assert cloud.calls.count(CREATE) == 4
