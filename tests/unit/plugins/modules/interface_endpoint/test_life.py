"""interface_endpoint through its whole life, against the rig's control plane."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api

MODULE, HERE, PROVIDER = "interface_endpoint", "public", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
LIST, CREATE, MODIFY, DELETE = "DescribeVpcEndpoints", "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"
READ_ONLY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ssm:Get*", "Resource": "*"}]}


@pytest.fixture
def here(network):
    return network(HERE)


@pytest.fixture
def options(here):
    """An endpoint to one of AWS's services, which accepts at once."""
    return {
        "name": "tokyo-ssm",
        "vpc_id": here.vpc_id,
        "service_name": "com.amazonaws.ap-northeast-1.ssm",
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "private_dns_enabled": True,
        "tags": {**TAGS, "team": "links"},
    }


@pytest.fixture
def many(here):
    """Three AWS services in one call."""
    return {
        "name": "tokyo",
        "vpc_id": here.vpc_id,
        "services": ["ecr.api", "logs"],
        "gateway_services": ["s3"],
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "route_table_ids": [here.route_table_id],
        "tags": TAGS,
    }


@pytest.fixture
def endpoint(run, options):
    return run(MODULE, HERE, **options)["interface_endpoint"]


@pytest.fixture
def service(run, balancer_arn):
    """The other side's endpoint service, which wants to accept each endpoint."""
    return run(
        "endpoint_service",
        PROVIDER,
        name="tokyo-inbound",
        load_balancer_arns=[balancer_arn(PROVIDER, "tokyo-inbound")],
        allowed_principals=["arn:aws:iam::111111111111:root"],
        tags={"privatelink:link": "tokyo", "privatelink:side": "isolated"},
    )["endpoint_service"]


@pytest.fixture
def to_provider(options, service):
    return {**options, "name": "tokyo-inbound", "service_name": service["service_name"], "private_dns_enabled": None}


def verbs(result):
    return [action["verb"] for action in result["actions"]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"security_group_ids": []}, "security_group_ids: no security group", id="never the default group"),
        pytest.param({"subnet_ids": None}, "subnet_ids: no subnet", id="no subnet"),
        pytest.param({"type": "Gateway"}, "route_table_ids: no route table", id="gateway without route table"),
        pytest.param({"policy": "{"}, "policy: ", id="policy that is not JSON"),
        pytest.param({"policy": {"Statements": []}}, "policy: no Statement", id="policy without statement"),
        pytest.param({"vpc_id": None}, "vpc_id: no value; allowed: an id", id="VPC not known in a real run"),
        pytest.param({"subnet_ids": [None]}, "subnet_ids: no value", id="subnet not known in a real run"),
        pytest.param({"services": ["ssm"]}, "mutually exclusive", id="one and many"),
        pytest.param({"tags": {"privatelink:side": "public"}}, "tags: no privatelink:link", id="whose"),
    ],
)
def test_invalid(run, cloud, options, wrong, message):
    result = run(MODULE, HERE, **{**options, **wrong})

    assert result["failed"] and message in result["msg"]
    assert CREATE not in cloud.calls


def test_the_same_service_twice_is_invalid(run, cloud, many):
    result = run(MODULE, HERE, **{**many, "services": ["logs", "logs"]})

    assert result["failed"] and "services: logs more than once" in result["msg"] and cloud.calls == []


@pytest.mark.parametrize("vpc_id", [None, "vpc-00000000"])
def test_check_on_an_empty_account_with_ids_not_known(run, cloud, options, vpc_id):
    unknown = {"vpc_id": vpc_id, "service_name": None, "subnet_ids": [None, None], "security_group_ids": ["sg-0"]}
    result = run(MODULE, HERE, check=True, **{**options, **unknown})

    assert result["changed"] and verbs(result) == ["create"] and cloud.calls == [LIST]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["tokyo-ssm"]["subnet_ids"] == [None, None]
    assert result["interface_endpoint"]["endpoint_id"] is None
    assert result["interface_endpoint"]["zonal_dns_names"] == {}


def test_create(run, cloud, options):
    forecast = run(MODULE, HERE, check=True, **options)
    result = run(MODULE, HERE, **options)

    assert cloud.calls[:3] == [LIST, CREATE, LIST] and set(cloud.calls[3:]) == {LIST}
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    made = result["interface_endpoint"]
    assert made.keys() == forecast["interface_endpoint"].keys()
    assert made["state"] == "available" and made["private_dns_enabled"] is True
    assert made["tags"] == {**TAGS, "team": "links", "Name": "tokyo-ssm"}
    assert len(made["network_interface_ids"]) == 2
    assert made["dns_name"].startswith(f"{made['endpoint_id']}-")
    assert len(made["zonal_dns_names"]) == 2
    assert all(zone in name for zone, name in made["zonal_dns_names"].items())
    assert result["interface_endpoints"] == [made]


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, options, endpoint, check):
    result = run(MODULE, HERE, check=check, **options)

    assert not result["changed"] and result["actions"] == []
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["interface_endpoint"] == endpoint
    assert cloud.calls == [LIST]


def other_group(here):
    return {"security_group_ids": here.security_group_ids[1:]}


def fewer_subnets(here):
    return {"subnet_ids": here.subnet_ids[:1]}


DRIFTS = [
    pytest.param(other_group, [MODIFY], id="security groups"),
    pytest.param(fewer_subnets, [MODIFY], id="subnets"),
    pytest.param(lambda here: {**other_group(here), **fewer_subnets(here)}, [MODIFY], id="both in one call"),
    pytest.param(lambda _here: {"private_dns_enabled": False}, [MODIFY], id="private DNS"),
    pytest.param(lambda _here: {"policy": READ_ONLY}, [MODIFY], id="policy"),
    pytest.param(lambda _here: {"tags": {**TAGS, "team": "other"}}, ["CreateTags"], id="tag value"),
    pytest.param(lambda _here: {"tags": TAGS}, ["DeleteTags"], id="tag purged"),
]


@pytest.mark.parametrize(("drift", "calls"), DRIFTS)
def test_drift(run, cloud, options, endpoint, here, drift, calls):
    wanted = {**options, **drift(here)}
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == [LIST]

    result = run(MODULE, HERE, **wanted)

    assert [call for call in cloud.calls if call != LIST] == calls
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    made = result["interface_endpoint"]
    assert made["endpoint_id"] == endpoint["endpoint_id"] and made["state"] == "available"
    # The last read is what the plan foretold.
    assert {key: made[key] for key in result["diff"]["after"]["tokyo-ssm"]} == result["diff"]["after"]["tokyo-ssm"]
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_kept_tags(run, options, endpoint):
    assert not run(MODULE, HERE, **{**options, "tags": TAGS, "purge_tags": False})["changed"]


def test_a_policy_of_the_same_meaning_is_no_drift(run, options):
    run(MODULE, HERE, **options, policy=READ_ONLY)
    same = {
        "Version": "2008-10-17",
        "Statement": {"Principal": {"AWS": ["*"]}, "Action": ["SSM:get*"], "Effect": "Allow", "Resource": ["*"]},
    }

    assert not run(MODULE, HERE, **options, policy=json.dumps(same))["changed"]


def test_many_in_one_call(run, cloud, many):
    forecast = run(MODULE, HERE, check=True, **many)
    result = run(MODULE, HERE, **many)

    assert verbs(result) == ["create"] * 3 and (result["diff"], result["actions"]) == (
        forecast["diff"],
        forecast["actions"],
    )
    assert [(one["name"], one["type"], one["state"]) for one in result["interface_endpoints"]] == [
        ("tokyo-ecr.api", "Interface", "available"),
        ("tokyo-logs", "Interface", "available"),
        ("tokyo-s3", "Gateway", "available"),
    ]
    assert result["interface_endpoint"] is None
    assert result["interface_endpoints"][2]["service_name"] == "com.amazonaws.ap-northeast-1.s3"
    assert not run(MODULE, HERE, **many)["changed"] and cloud.calls == [LIST]


def test_one_more_service_changes_nothing_else(run, cloud, many):
    before = run(MODULE, HERE, **many)["interface_endpoints"]
    result = run(MODULE, HERE, **{**many, "services": ["ecr.api", "ecr.dkr", "logs"]})

    assert [action["target"] for action in result["actions"]] == ["interface endpoint tokyo-ecr.dkr"]
    assert [one for one in result["interface_endpoints"] if one["name"] != "tokyo-ecr.dkr"] == before


def test_gateway_gets_route_tables(run, cloud, many, here):
    run(MODULE, HERE, **many)
    more = cloud.client("ec2", HERE).create_route_table(VpcId=here.vpc_id)["RouteTable"]["RouteTableId"]
    result = run(MODULE, HERE, **{**many, "route_table_ids": [more]})

    assert verbs(result) == ["modify"] and result["interface_endpoints"][2]["route_table_ids"] == [more]


def test_absent_and_absent_twice(run, cloud, many):
    run(MODULE, HERE, **many)
    by_name = {key: many[key] for key in ("name", "services", "gateway_services", "tags")}
    forecast = run(MODULE, HERE, check=True, **by_name, state="absent")
    assert forecast["changed"] and cloud.calls == [LIST]

    result = run(MODULE, HERE, **by_name, state="absent")
    assert verbs(result) == ["delete"] * 3 and cloud.calls[:4] == [LIST, DELETE, DELETE, DELETE]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["interface_endpoints"] == []

    again = run(MODULE, HERE, **by_name, state="absent")
    assert not again["changed"] and cloud.calls == [LIST]


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


def test_wait_ends_at_pending_acceptance_and_says_so(run, cloud, to_provider, service):
    result = run(MODULE, HERE, **to_provider)

    assert result["interface_endpoint"]["state"] == "pendingAcceptance"
    assert "waits for the provider" in result["note"] and service["service_name"] in result["note"]
    assert cloud.time() < 650  # the balancer's 600 s and next to nothing more
    again = run(MODULE, HERE, **to_provider)
    assert not again["changed"] and "waits for the provider" in again["note"]


def test_accepted_later(run, to_provider, service):
    made = run(MODULE, HERE, **to_provider)["interface_endpoint"]
    accepted = {"service_id": service["service_id"], "endpoint_ids": [made["endpoint_id"]], "wait": False}
    run("endpoint_connection", PROVIDER, **accepted)
    result = run(MODULE, HERE, **to_provider)

    assert not result["changed"] and result["interface_endpoint"]["state"] == "available" and result["note"] == ""


def reject(run, service, endpoint_id):
    run("endpoint_connection", PROVIDER, service_id=service["service_id"], endpoint_ids=[endpoint_id], state="rejected")


def test_a_rejected_endpoint_is_not_present(run, cloud, to_provider, service):
    made = run(MODULE, HERE, **to_provider)["interface_endpoint"]["endpoint_id"]
    reject(run, service, made)

    refused = run(MODULE, HERE, **to_provider)
    assert refused["failed"] and f"{made} is rejected" in refused["msg"] and "replace: true" in refused["msg"]
    assert cloud.calls == [LIST]

    result = run(MODULE, HERE, **to_provider, replace=True)
    assert verbs(result) == ["delete", "create"]
    assert result["interface_endpoint"]["endpoint_id"] not in (None, made)
    assert result["interface_endpoint"]["state"] == "pendingAcceptance"


def test_a_rejected_endpoint_is_taken_away(run, to_provider, service):
    made = run(MODULE, HERE, **to_provider)["interface_endpoint"]["endpoint_id"]
    reject(run, service, made)

    assert verbs(run(MODULE, HERE, **to_provider, state="absent")) == ["delete"]
    assert not run(MODULE, HERE, **to_provider, state="absent")["changed"]


def test_another_service_replaces_only_when_asked(run, options, endpoint):
    wanted = {**options, "service_name": "com.amazonaws.ap-northeast-1.logs"}
    refused = run(MODULE, HERE, **wanted)
    assert refused["failed"] and "service_name is com.amazonaws.ap-northeast-1.ssm" in refused["msg"]

    result = run(MODULE, HERE, **wanted, replace=True)
    assert verbs(result) == ["delete", "create"]
    assert result["interface_endpoint"]["service_name"].endswith("logs")


def test_a_namesake_without_our_tags_is_left_alone(run, cloud, options, here):
    ec2 = cloud.client("ec2", HERE)
    foreign = ec2.create_vpc_endpoint(
        VpcId=here.vpc_id,
        ServiceName="com.amazonaws.ap-northeast-1.s3",
        VpcEndpointType="Gateway",
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "tokyo-ssm"}]}],
    )["VpcEndpoint"]["VpcEndpointId"]

    assert not run(MODULE, HERE, **options, state="absent")["changed"]
    assert run(MODULE, HERE, **options)["interface_endpoint"]["endpoint_id"] != foreign


def test_two_of_ours_are_an_error(run, cloud, options, endpoint, here):
    tags = [{"Key": key, "Value": value} for key, value in endpoint["tags"].items()]
    twin = cloud.client("ec2", HERE).create_vpc_endpoint(
        VpcId=here.vpc_id,
        ServiceName="com.amazonaws.ap-northeast-1.s3",
        VpcEndpointType="Gateway",
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
    )["VpcEndpoint"]["VpcEndpointId"]
    result = run(MODULE, HERE, **options)

    assert result["failed"] and endpoint["endpoint_id"] in result["msg"] and twin in result["msg"]


def test_a_refusal_of_aws_carries_code_and_request_id(run, options):
    result = run(MODULE, HERE, **{**options, "vpc_id": "vpc-0123456789abcdef0"})

    assert result["failed"] and result["failure"]["code"] and result["failure"]["request_id"]
    assert "\n" not in result["msg"]


def test_info(run, cloud, options, endpoint):
    result = run("interface_endpoint_info", HERE, name="tokyo-ssm", tags=TAGS)
    assert result["interface_endpoints"] == [endpoint] and cloud.calls == [LIST]

    by_id = run("interface_endpoint_info", HERE, endpoint_ids=[endpoint["endpoint_id"], "vpce-0123456789abcdef0"])
    assert by_id["interface_endpoints"] == [endpoint]


@pytest.mark.parametrize("narrowed", [{"name": "other"}, {"vpc_id": "vpc-0"}, {"tags": {"team": "other"}}])
def test_info_of_what_is_not_there(run, endpoint, narrowed):
    assert run("interface_endpoint_info", HERE, **narrowed)["interface_endpoints"] == []


def lagging(monkeypatch, looks):
    """The next so many looks for endpoints find nothing, as an index that lags behind."""
    real, left = api.list_endpoints, [None] * looks

    def list_endpoints(ec2, filters):
        return (left.pop() or []) if left else real(ec2, filters)

    monkeypatch.setattr(api, "list_endpoints", list_endpoints)


def test_a_lost_answer_makes_no_second_one(run, cloud, options, endpoint, monkeypatch):
    """The client token is the same for the same wish, so AWS gives back what it made before."""
    lagging(monkeypatch, looks=1)
    result = run(MODULE, HERE, **options)

    assert CREATE in cloud.calls and result["interface_endpoint"] == endpoint
    assert len(cloud.client("ec2", HERE).describe_vpc_endpoints()["VpcEndpoints"]) == 1


def test_not_found_right_after_creation_is_waited_for(run, cloud, options, monkeypatch):
    lagging(monkeypatch, looks=4)
    result = run(MODULE, HERE, **options)

    assert result["interface_endpoint"]["state"] == "available" and cloud.calls.count(CREATE) == 1


def test_an_index_that_lags_behind_is_asked_by_id(run, cloud, options, monkeypatch):
    """Tag filters find the new endpoint much later than its id does."""
    real = api.list_endpoints

    def list_endpoints(ec2, filters):
        return real(ec2, filters) if filters[0]["Name"] == "vpc-endpoint-id" else []

    monkeypatch.setattr(api, "list_endpoints", list_endpoints)

    assert run(MODULE, HERE, **options)["interface_endpoint"]["state"] == "available"


def test_unsuccessful_is_a_failure(run, cloud, options, endpoint, monkeypatch):
    """DeleteVpcEndpoints answers 200 and lists what it refused."""
    from rig.control.ec2 import endpoint_actions

    refused = endpoint_actions.unsuccessful(endpoint["endpoint_id"], "OperationNotPermitted", "requester-managed")
    monkeypatch.setattr(
        endpoint_actions.EndpointActions,
        "delete_vpc_endpoints",
        lambda _self: endpoint_actions.ActionResult({"Unsuccessful": [refused]}),
    )
    result = run(MODULE, HERE, **options, state="absent")

    assert result["failed"] and result["failure"]["code"] == "OperationNotPermitted"
    assert endpoint["endpoint_id"] in result["msg"] and not result["changed"]
