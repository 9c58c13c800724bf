"""Many AWS services in one call: read in bulk, written some at a time, awaited together, one result a service."""

from __future__ import annotations

import pytest
from rig.control import backdoor
from rig.control.ec2 import backends, lifecycle, queries
from rig.control.ec2.aws_services import AwsService
from rig.control.ec2.endpoint import Endpoint
from unit.plugins.modules.interface_endpoint.scenery import (
    CREATE,
    DELETE,
    HERE,
    LIST,
    MODULE,
    READ_ONLY,
    REGION,
    SERVICES,
    SUBNETS,
    TAGS,
    as_foretold,
    aws,
    log,
    tagged,
    verbs,
)

ACCOUNT = "111111111111"


def names(result):
    return [one["name"] for one in result["interface_endpoints"]]


def test_create_and_again(run, cloud, many):
    forecast = run(MODULE, HERE, check=True, **many)
    assert cloud.calls == [LIST, SUBNETS, SERVICES]
    result = run(MODULE, HERE, **many)

    assert cloud.calls[:7] == [LIST, SUBNETS, SERVICES, CREATE, CREATE, CREATE, LIST]
    assert log(cloud.calls) == [LIST, SUBNETS, SERVICES, CREATE, LIST]
    assert verbs(result) == ["create"] * 3
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert [(one["name"], one["type"], one["state"]) for one in result["interface_endpoints"]] == [
        ("tokyo-ecr.api", "Interface", "available"),
        ("tokyo-logs", "Interface", "available"),
        ("tokyo-s3", "Gateway", "available"),
    ]
    assert result["interface_endpoint"] is None
    assert result["interface_endpoints"][2]["service_name"] == aws("s3")
    assert not run(MODULE, HERE, **many)["changed"] and cloud.calls == [LIST]


def test_not_awaited_it_takes_one_look_after_the_creations(run, cloud, many):
    result = run(MODULE, HERE, **many, wait=False)

    # The second look is by id: whether the client tokens gave back what lives.
    assert cloud.calls == [LIST, SUBNETS, SERVICES, CREATE, CREATE, CREATE, LIST, LIST]
    assert [one["state"] for one in result["interface_endpoints"]] == ["pending", "pending", "available"]


def test_one_more_service_changes_nothing_else(run, many):
    before = run(MODULE, HERE, **many)["interface_endpoints"]
    result = run(MODULE, HERE, **{**many, "services": ["ecr.api", "ecr.dkr", "logs"]})

    assert [action["target"] for action in result["actions"]] == ["interface endpoint tokyo-ecr.dkr"]
    assert [one for one in result["interface_endpoints"] if one["name"] != "tokyo-ecr.dkr"] == [
        {**one, "dropped_subnets": []} for one in before
    ]


def test_invalid_lists_never_reach_aws(run, cloud, many):
    result = run(MODULE, HERE, **{**many, "services": ["logs", "logs"]})

    assert result["failed"] and "services: logs more than once" in result["msg"] and cloud.calls == []


def test_a_service_that_aws_does_not_have_is_an_error_before_any_is_made(run, cloud, many):
    result = run(MODULE, HERE, **{**many, "services": ["ecr.api", "lokgs"]})

    assert result["failed"] and f"AWS has no service {aws('lokgs')}" in result["msg"] and CREATE not in cloud.calls


def test_each_service_may_have_a_policy_of_its_own(run, cloud, many):
    result = as_foretold(run, **many, policies={"logs": READ_ONLY})

    actions = {one["name"]: one["policy"]["Statement"][0]["Action"] for one in result["interface_endpoints"]}
    assert actions == {"tokyo-ecr.api": "*", "tokyo-logs": "ssm:Get*", "tokyo-s3": "*"}
    assert not run(MODULE, HERE, **many, policies={"logs": READ_ONLY})["changed"] and cloud.calls == [LIST]


@pytest.fixture
def logs_take_no_policy(monkeypatch):
    told = AwsService.detail

    def detail(service: AwsService, *viewer: str) -> dict:
        return {**told(service, *viewer), "VpcEndpointPolicySupported": service.short_name != "logs"}

    monkeypatch.setattr(AwsService, "detail", detail)


def test_a_service_that_takes_no_policy_is_made_without_one_if_that_will_do(run, cloud, many, logs_take_no_policy):
    wanted = {**many, "policies": {"logs": READ_ONLY, "ecr.api": READ_ONLY}}
    refused = run(MODULE, HERE, **wanted)
    assert refused["failed"] and f"policy: {aws('logs')} takes none" in refused["msg"] and CREATE not in cloud.calls

    result = as_foretold(run, **wanted, policy_if_supported=True)
    actions = {one["name"]: one["policy"]["Statement"][0]["Action"] for one in result["interface_endpoints"]}
    assert actions == {"tokyo-ecr.api": "ssm:Get*", "tokyo-logs": "*", "tokyo-s3": "*"}
    assert result["note"] == (
        "interface endpoint tokyo-logs: its service takes no policy, whoever reaches it has full access"
    )
    again = run(MODULE, HERE, **wanted, policy_if_supported=True)
    assert not again["changed"] and again["note"] == result["note"] and cloud.calls == [LIST, SERVICES]


class TestPurge:
    def test_a_service_that_left_the_list_loses_its_endpoint(self, run, cloud, many):
        run(MODULE, HERE, **many, purge_services=True)
        fewer = {**many, "services": ["logs"], "gateway_services": [], "purge_services": True}
        result = as_foretold(run, **fewer)

        assert [(action["verb"], action["target"]) for action in result["actions"]] == [
            ("delete", "interface endpoint tokyo-ecr.api"),
            ("delete", "gateway endpoint tokyo-s3"),
        ]
        assert log(cloud.calls)[:3] == [LIST, DELETE, LIST] and cloud.calls.count(DELETE) == 1
        assert names(result) == ["tokyo-logs"]
        assert not run(MODULE, HERE, **fewer)["changed"] and cloud.calls == [LIST]

    def test_without_it_nothing_is_taken_away(self, run, many):
        run(MODULE, HERE, **many)

        assert not run(MODULE, HERE, **{**many, "services": ["logs"], "gateway_services": []})["changed"]

    def test_an_empty_list_purges_all(self, run, cloud, ec2, many):
        run(MODULE, HERE, **many)
        none = {**many, "services": [], "gateway_services": [], "purge_services": True}
        result = run(MODULE, HERE, **none)

        assert verbs(result) == ["delete"] * 3 and result["interface_endpoints"] == []
        assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []

    def test_absent_takes_what_was_once_listed_too(self, run, ec2, many):
        run(MODULE, HERE, **many)
        gone = {"name": "tokyo", "services": ["logs"], "tags": TAGS, "state": "absent"}

        assert verbs(run(MODULE, HERE, **gone)) == ["delete"]
        assert verbs(run(MODULE, HERE, **gone, purge_services=True)) == ["delete"] * 2
        assert not run(MODULE, HERE, **gone, purge_services=True)["changed"]

    @pytest.mark.parametrize(
        "theirs",
        [
            pytest.param({"Name": "tokyo-ssm"}, id="without our tags"),
            pytest.param({**TAGS, "privatelink:side": "isolated", "Name": "tokyo-ssm"}, id="of the other side"),
            pytest.param({**TAGS, "Name": "tokyo-mine"}, id="of another name"),
            pytest.param({**TAGS, "privatelink:role": "other", "Name": "tokyo-ssm"}, id="of another role"),
        ],
    )
    def test_what_the_list_never_made_stays(self, run, ec2, many, theirs, here):
        ec2.create_vpc_endpoint(
            VpcId=here.vpc_id,
            ServiceName=aws("ssm"),
            VpcEndpointType="Interface",
            PrivateDnsEnabled=False,
            TagSpecifications=tagged(theirs),
        )
        role = {"tags": {**TAGS, "privatelink:role": "network"}}
        result = run(MODULE, HERE, **{**many, **role}, purge_services=True)

        assert verbs(result) == ["create"] * 3

    def test_it_needs_a_list(self, run, cloud, options):
        result = run(MODULE, HERE, **options, purge_services=True)

        assert result["failed"] and "purge_services: no list of services" in result["msg"] and cloud.calls == []


class TestOneOfManyFails:
    def test_the_others_are_made_and_all_is_told(self, run, cloud, many):
        cloud.fault(CREATE, "error", code="VpcEndpointLimitExceeded", message="no more", holding="ecr.api")
        result = run(MODULE, HERE, **many)

        assert result["failed"] and "1 of 3 failed: [interface endpoint tokyo-ecr.api]" in result["msg"]
        assert result["failure"]["code"] == "VpcEndpointLimitExceeded" and result["failure"]["request_id"]
        assert list(result["failure"]["endpoints"]) == ["interface endpoint tokyo-ecr.api"]
        assert result["changed"]
        assert sorted(action["target"] for action in result["actions"]) == [
            "gateway endpoint tokyo-s3",
            "interface endpoint tokyo-logs",
        ]
        again = run(MODULE, HERE, **many)
        assert [action["target"] for action in again["actions"]] == ["interface endpoint tokyo-ecr.api"]

    def test_a_modification(self, run, cloud, many, here):
        run(MODULE, HERE, **many)
        wanted = {**many, "security_group_ids": here.security_group_ids[1:]}
        cloud.fault("ModifyVpcEndpoint", "error", code="InvalidParameter", message="no")
        result = run(MODULE, HERE, **wanted)

        assert result["failed"] and "1 of 2 failed" in result["msg"] and len(result["actions"]) == 1
        assert verbs(run(MODULE, HERE, **wanted)) == ["modify"]

    def test_a_deletion(self, run, cloud, many):
        """Whoever may not delete may still create."""
        run(MODULE, HERE, **many)
        wanted = {**many, "services": ["logs", "ssm"], "purge_services": True}
        cloud.fault(DELETE, "error", code="UnauthorizedOperation", message="no")
        result = run(MODULE, HERE, **wanted)

        assert result["failed"] and "1 of 2 failed: [interface endpoint tokyo-ecr.api]" in result["msg"]
        assert [action["target"] for action in result["actions"]] == ["interface endpoint tokyo-ssm"]

    def test_one_whose_former_does_not_go(self, run, many, monkeypatch):
        """It keeps the private name, so its successor must wait; the others need not."""
        [logs] = [one for one in run(MODULE, HERE, **many)["interface_endpoints"] if one["name"] == "tokyo-logs"]
        backdoor.move_endpoint({"endpoint_id": logs["endpoint_id"], "state": "failed"})
        monkeypatch.setattr(lifecycle, "delete", lambda _endpoint: None)
        wanted = {**many, "services": ["logs", "ecr.api", "ssm"], "replace": True, "wait_timeout": 30}
        result = run(MODULE, HERE, **wanted)

        assert result["failed"] and "1 of 2 failed: [interface endpoint tokyo-logs]" in result["msg"]
        assert [action["verb"] for action in result["actions"]] == ["delete", "create"]

    def test_unsuccessful_of_some(self, run, cloud, many):
        run(MODULE, HERE, **many)
        gone = {**many, "state": "absent"}
        cloud.fault(DELETE, "unsuccessful", code="OperationNotPermitted", message="managed by its service")
        result = run(MODULE, HERE, **gone)

        assert result["failed"] and "3 of 3 failed" in result["msg"] and not result["changed"]
        assert result["failure"]["code"] == "OperationNotPermitted"
        assert verbs(run(MODULE, HERE, **gone)) == ["delete"] * 3


@pytest.fixture
def thousand(cloud, here):
    """thousand(tags) -> 1,000 gateway endpoints more in the account, with these tags."""

    def make(**tags):
        home = backends.of(ACCOUNT, REGION)
        service = AwsService(short_name="s3", region=REGION, type="Gateway")
        for number in range(1000):
            endpoint = Endpoint(
                account_id=ACCOUNT,
                region=REGION,
                vpc_id=here.vpc_id,
                type="Gateway",
                service=service,
                state="available",
            )
            home.endpoints[endpoint.id] = endpoint
            home.tags[endpoint.id] = {**tags, "Name": f"tokyo-{number}"}

    return make


def test_idempotent_beside_1000_others_in_one_call(run, cloud, many, thousand):
    run(MODULE, HERE, **many)
    thousand(**{"privatelink:link": "osaka"})

    assert not run(MODULE, HERE, **many)["changed"] and cloud.calls == [LIST]


def test_idempotent_beside_1000_of_ours_in_two_pages(run, cloud, many, thousand):
    run(MODULE, HERE, **many)
    thousand(**TAGS)

    assert not run(MODULE, HERE, **many)["changed"] and cloud.calls == [LIST]
    # Whatever was once listed has to be looked for among all of our names.
    assert not run(MODULE, HERE, **many, purge_services=True)["changed"] and cloud.calls == [LIST, LIST]


def test_a_page_may_be_small_or_empty(run, cloud, many, monkeypatch):
    """A page may hold less than asked for, or nothing, and be followed by others.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
    """
    run(MODULE, HERE, **many)
    real = queries.page
    monkeypatch.setattr(
        queries, "page", lambda items, params, most=1000: real(items, {**params, "MaxResults": 1}, most)
    )

    assert not run(MODULE, HERE, **many)["changed"] and cloud.calls == [LIST] * 3  # three pages of one
