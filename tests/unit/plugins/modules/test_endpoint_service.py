"""endpoint_service through its whole life, against the rig's control plane."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import api

MODULE, HERE = "endpoint_service", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
PUBLIC, OTHER = "arn:aws:iam::111111111111:root", "arn:aws:iam::333333333333:root"
LIST, PRINCIPALS = "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointServicePermissions"
CONNECTIONS = "DescribeVpcEndpointConnections"
NOTHING_TO_DO = [LIST, PRINCIPALS]


@pytest.fixture
def options(balancer_arn):
    return {
        "name": "tokyo-inbound",
        "load_balancer_arns": [balancer_arn(HERE, "tokyo-inbound")],
        "allowed_principals": [PUBLIC],
        "tags": {**TAGS, "team": "links"},
    }


@pytest.fixture
def service(run, options):
    return run(MODULE, HERE, **options)["endpoint_service"]


@pytest.fixture
def connected(run, network, service):
    """An available endpoint in the other account; gives its id."""
    there = network("public")
    endpoint = run(
        "interface_endpoint",
        "public",
        name="tokyo-inbound",
        vpc_id=there.vpc_id,
        service_name=service["service_name"],
        subnet_ids=there.subnet_ids,
        security_group_ids=there.security_group_ids,
        tags={"privatelink:link": "tokyo", "privatelink:side": "public"},
    )["interface_endpoint"]["endpoint_id"]
    run("endpoint_connection", HERE, service_id=service["service_id"], endpoint_ids=[endpoint])
    return endpoint


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"tags": {}}, "tags: no privatelink:link", id="tags that say nothing"),
        pytest.param({"tags": {**TAGS, "Name": "other"}}, "tags.Name: other; allowed: tokyo-inbound", id="two names"),
        pytest.param(
            {"allowed_principals": [PUBLIC, "111111111111"]},
            'allowed_principals[1]: 111111111111; allowed: an ARN or "*"; '
            "an account is written arn:aws:iam::111111111111:root",
            id="account number",
        ),
        pytest.param({"load_balancer_arns": []}, "load_balancer_arns is empty", id="nothing to publish"),
        pytest.param({"load_balancer_arns": [None]}, "load_balancer_arns: no value", id="id not known in a real run"),
        pytest.param({"supported_ip_address_types": ["ipv5"]}, "ipv4, ipv6", id="address type"),
    ],
)
def test_invalid(run, cloud, options, wrong, message):
    result = run(MODULE, HERE, **{**options, **wrong})

    assert result["failed"] and message in result["msg"]
    assert cloud.calls in ([], [LIST])


def test_check_on_an_empty_account_with_ids_not_known(run, cloud):
    options = {"name": "tokyo-inbound", "load_balancer_arns": [None], "tags": TAGS, "allowed_principals": [PUBLIC]}
    result = run(MODULE, HERE, check=True, **options)

    assert result["changed"] and [action["verb"] for action in result["actions"]] == ["create", "add_principals"]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["load_balancer_arns"] == [None]
    assert result["endpoint_service"]["service_id"] is None
    assert cloud.calls == [LIST]


def test_create(run, cloud, options):
    forecast = run(MODULE, HERE, check=True, **options)
    result = run(MODULE, HERE, **options)

    assert cloud.calls == [
        LIST,
        "CreateVpcEndpointServiceConfiguration",
        LIST,
        "ModifyVpcEndpointServicePermissions",
        *NOTHING_TO_DO,
    ]
    assert result["changed"] and result["note"] == ""
    assert {key: result[key] for key in ("changed", "diff", "actions")} == {
        key: forecast[key] for key in ("changed", "diff", "actions")
    }
    made = result["endpoint_service"]
    assert made.keys() == forecast["endpoint_service"].keys()
    assert made["state"] == "Available" and made["service_name"].endswith(made["service_id"])
    assert made["allowed_principals"] == [PUBLIC] and made["acceptance_required"] is True
    assert made["tags"] == {**TAGS, "team": "links", "Name": "tokyo-inbound"}
    assert len(made["availability_zone_ids"]) == 2


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, options, service, check):
    result = run(MODULE, HERE, check=check, **options)

    assert not result["changed"] and result["actions"] == []
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["endpoint_service"] == service
    assert cloud.calls == NOTHING_TO_DO


MODIFY, PERMIT = "ModifyVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions"
DRIFTS = [
    pytest.param({"acceptance_required": False}, [MODIFY], {"acceptance_required": False}, id="acceptance"),
    pytest.param(
        {"allowed_principals": [OTHER]}, [PERMIT, PERMIT], {"allowed_principals": [OTHER]}, id="principals, purged"
    ),
    pytest.param(
        {"allowed_principals": [OTHER], "purge_allowed_principals": False},
        [PERMIT],
        {"allowed_principals": [PUBLIC, OTHER]},
        id="principals, kept",
    ),
    pytest.param({"allowed_principals": []}, [PERMIT], {"allowed_principals": []}, id="no principal at all"),
    pytest.param(
        {"tags": {**TAGS, "team": "other"}},
        ["CreateTags"],
        {"tags": {**TAGS, "team": "other", "Name": "tokyo-inbound"}},
        id="tag value",
    ),
    pytest.param({"tags": TAGS}, ["DeleteTags"], {"tags": {**TAGS, "Name": "tokyo-inbound"}}, id="tag purged"),
]


@pytest.mark.parametrize(("drift", "calls", "found"), DRIFTS)
def test_drift(run, cloud, options, service, drift, calls, found):
    wanted = {**options, **drift}
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == NOTHING_TO_DO

    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [*NOTHING_TO_DO, *calls, *NOTHING_TO_DO]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert {key: result["endpoint_service"][key] for key in found} == found
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_drift_of_load_balancers_adds_before_it_removes(run, cloud, options, service, balancer_arn):
    wanted = {**options, "load_balancer_arns": [balancer_arn(HERE, "tokyo-inbound-2")]}
    result = run(MODULE, HERE, **wanted)

    assert [action["verb"] for action in result["actions"]] == ["add", "remove"]
    assert cloud.calls == [*NOTHING_TO_DO, MODIFY, MODIFY, *NOTHING_TO_DO]
    assert result["endpoint_service"]["load_balancer_arns"] == wanted["load_balancer_arns"]


def test_not_given_is_left_alone(run, cloud, options, service):
    result = run(MODULE, HERE, name=options["name"], tags=options["tags"])

    assert not result["changed"]
    assert result["endpoint_service"] == service


def test_absent_and_absent_twice(run, cloud, options, service):
    forecast = run(MODULE, HERE, check=True, **options, state="absent")
    assert forecast["changed"] and cloud.calls == [LIST, CONNECTIONS]

    result = run(MODULE, HERE, **options, state="absent")
    assert result["changed"] and result["endpoint_service"] is None
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert cloud.calls[:3] == [LIST, CONNECTIONS, "DeleteVpcEndpointServiceConfigurations"]

    again = run(MODULE, HERE, **options, state="absent")
    assert not again["changed"] and cloud.calls == [LIST]


def test_made_again_after_it_was_deleted(run, cloud, options, service):
    """AWS answers a client token it knows with what it made then, deleted or not."""
    run(MODULE, HERE, **options, state="absent")
    result = run(MODULE, HERE, **options)

    assert result["endpoint_service"]["service_id"] != service["service_id"]
    assert result["endpoint_service"]["state"] == "Available"


def test_absent_names_the_live_connections(run, cloud, options, connected):
    result = run(MODULE, HERE, **options, state="absent")

    assert result["failed"] and f"{connected} (available)" in result["msg"] and "force: true" in result["msg"]
    assert cloud.calls == [LIST, CONNECTIONS]


def test_absent_by_force_rejects_first(run, cloud, options, connected):
    result = run(MODULE, HERE, **options, state="absent", force=True)

    assert [action["verb"] for action in result["actions"]] == ["reject", "delete"]
    assert result["endpoint_service"] is None
    assert not run(MODULE, HERE, **options, state="absent")["changed"]


def test_a_namesake_without_our_tags_is_left_alone(run, cloud, options, balancer_arn):
    ec2 = cloud.client("ec2", HERE)
    foreign = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer_arn(HERE, "foreign")],
        TagSpecifications=[
            {"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "Name", "Value": "tokyo-inbound"}]}
        ],
    )["ServiceConfiguration"]["ServiceId"]

    assert not run(MODULE, HERE, **options, state="absent")["changed"]
    assert run(MODULE, HERE, **options)["endpoint_service"]["service_id"] != foreign


def test_two_of_ours_are_an_error(run, cloud, options, service, balancer_arn):
    tags = [{"Key": key, "Value": value} for key, value in service["tags"].items()]
    twin = cloud.client("ec2", HERE).create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer_arn(HERE, "twin")],
        TagSpecifications=[{"ResourceType": "vpc-endpoint-service", "Tags": tags}],
    )["ServiceConfiguration"]["ServiceId"]
    result = run(MODULE, HERE, **options)

    assert result["failed"] and result["failure"]["allowed"] == "one"
    assert service["service_id"] in result["msg"] and twin in result["msg"]


def test_a_refusal_of_aws_carries_code_and_request_id(run, options):
    arn = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/none/0123456789abcdef"
    result = run(MODULE, HERE, **{**options, "load_balancer_arns": [arn]})

    assert result["failed"] and result["failure"]["code"] and result["failure"]["request_id"]
    assert result["failure"]["code"] in result["msg"] and "\n" not in result["msg"]


def test_info_shows_principals_and_connections(run, cloud, options, service, connected):
    result = run("endpoint_service_info", HERE, tags={"privatelink:link": "tokyo"})

    [shown] = result["endpoint_services"]
    connections = shown.pop("connections")
    assert shown == service
    assert [(one["endpoint_id"], one["state"], one["owner_id"]) for one in connections] == [
        (connected, "available", "111111111111")
    ]
    assert cloud.calls == [LIST, PRINCIPALS, CONNECTIONS] and not result["changed"]


@pytest.mark.parametrize("narrowed", [{"name": "other"}, {"tags": {"privatelink:link": "osaka"}}])
def test_info_of_what_is_not_there(run, service, narrowed):
    assert run("endpoint_service_info", HERE, **narrowed)["endpoint_services"] == []


def lagging(monkeypatch, looks):
    """The next so many looks for services find nothing, as an index that lags behind."""
    real, left = api.list_services, [None] * looks

    def list_services(ec2, **wanted):
        return (left.pop() or []) if left else real(ec2, **wanted)

    monkeypatch.setattr(api, "list_services", list_services)


def test_a_lost_answer_makes_no_second_one(run, cloud, options, service, monkeypatch):
    """The client token is the same for the same wish, so AWS gives back what it made before."""
    lagging(monkeypatch, looks=1)
    result = run(MODULE, HERE, **options)

    assert "CreateVpcEndpointServiceConfiguration" in cloud.calls
    assert result["endpoint_service"] == service
    configurations = cloud.client("ec2", HERE).describe_vpc_endpoint_service_configurations()
    assert len(configurations["ServiceConfigurations"]) == 1


def test_not_found_right_after_creation_is_waited_for(run, cloud, options, monkeypatch):
    lagging(monkeypatch, looks=4)
    result = run(MODULE, HERE, **options)

    assert result["endpoint_service"]["state"] == "Available"
    assert cloud.calls.count("CreateVpcEndpointServiceConfiguration") == 1


def test_a_thousand_principals_and_services_take_no_more_calls(run, cloud, options, service, balancer_arn):
    more = [f"arn:aws:iam::{number:012}:root" for number in range(1, 1001)]
    run(MODULE, HERE, **{**options, "allowed_principals": more})
    result = run(MODULE, HERE, **{**options, "allowed_principals": more})

    assert not result["changed"] and cloud.calls == NOTHING_TO_DO
