"""endpoint_service through its whole life, against the rig's control plane, every API call named."""

from __future__ import annotations

import pytest
from unit.plugins.modules.endpoint_service.scenery import (
    CONNECTIONS,
    CREATE,
    DELETE,
    FAR,
    FULL,
    HERE,
    HOME,
    LIST,
    MODULE,
    NAME,
    NOTHING_TO_DO,
    NOTIFICATIONS,
    NOTIFY,
    PAY,
    PAYER,
    PERMIT,
    PRINCIPALS,
    PUBLIC,
    REJECT,
    TAGS,
    TELL,
    TOPIC,
    UNNOTIFY,
    forecast_holds,
    only_gateways,
)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"tags": {}}, "tags: no privatelink:link", id="tags that say nothing"),
        pytest.param({"tags": {**TAGS, "Name": "other"}}, "tags.Name: other; allowed: tokyo-inbound", id="two names"),
        pytest.param({"allowed_principals": ["111111111111"]}, "allowed_principals[0]: 111111111111", id="principal"),
        pytest.param({"load_balancer_arns": []}, "load_balancer_arns: an empty list", id="no balancer"),
        pytest.param({"load_balancer_arns": None}, "nothing is given to publish", id="nothing to publish"),
        pytest.param({"load_balancer_arns": [None]}, "load_balancer_arns: no value", id="id not known in a real run"),
        pytest.param({"gateway_load_balancer_arns": ["x"]}, "mutually exclusive", id="balancers of both types"),
        pytest.param({"supported_ip_address_types": ["ipv5"]}, "ipv4, ipv6", id="address type"),
        pytest.param({"private_dns_name": "Orders"}, "private_dns_name: Orders", id="private name"),
        pytest.param({"verify_private_dns": True}, "verify_private_dns: a service without", id="no name to verify"),
        pytest.param({"payer_responsibility": "Nobody"}, "ServiceOwner", id="payer"),
        pytest.param(
            {"payer_responsibility": "ServiceOwner"}, "allowed: confirm_payer_responsibility: true", id="unconfirmed"
        ),
        pytest.param(
            {"connection_notifications": [{"topic_arn": "x"}]}, "connection_notifications[0].topic_arn", id="topic"
        ),
        pytest.param(
            {"connection_notifications": [{"topic_arn": TOPIC, "events": ["Explode"]}]}, "Accept, Connect", id="event"
        ),
    ],
)
def test_invalid(run, cloud, options, wrong, message):
    result = run(MODULE, HERE, **{**options, **wrong})

    assert result["failed"] and message in result["msg"] and "\n" not in result["msg"]
    assert cloud.calls in ([], [LIST])


def test_check_on_an_empty_account_with_ids_not_known(run, cloud):
    options = {"name": "tokyo-inbound", "load_balancer_arns": [None], "tags": TAGS, "allowed_principals": [PUBLIC]}
    result = run(MODULE, HERE, check=True, **options)

    assert result["changed"] and [action["verb"] for action in result["actions"]] == ["create", "add_principals"]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["load_balancer_arns"] == [None]
    assert result["endpoint_service"]["service_id"] is None
    assert cloud.calls == [LIST]


CREATIONS = [
    pytest.param(
        {}, [PERMIT, *NOTHING_TO_DO], {"acceptance_required": True, "allowed_principals": [PUBLIC]}, id="plain"
    ),
    pytest.param(
        {"allowed_principals": None, "acceptance_required": False},
        NOTHING_TO_DO,
        {"acceptance_required": False, "allowed_principals": []},
        id="for nobody",
    ),
    pytest.param(
        {"supported_regions": [FAR], "supported_ip_address_types": ["ipv4", "ipv6"], "private_dns_name": NAME},
        [PERMIT, *NOTHING_TO_DO],
        {
            "supported_regions": [HOME, FAR],
            "supported_ip_address_types": ["ipv4", "ipv6"],
            "private_dns_name": NAME,
        },
        id="all in one call",
    ),
    pytest.param(PAYER, [PERMIT, PAY, *NOTHING_TO_DO], {"payer_responsibility": "ServiceOwner"}, id="payer"),
    pytest.param(
        {"connection_notifications": [TELL]},
        [PERMIT, NOTIFY, *NOTHING_TO_DO, NOTIFICATIONS],
        {},
        id="notification",
    ),
    pytest.param({"follow_zones": False}, [PERMIT, LIST, PRINCIPALS], {}, id="zones not looked at"),
]


@pytest.mark.parametrize(("more", "calls", "found"), CREATIONS)
def test_create(run, cloud, options, more, calls, found):
    wanted = {**options, **more}
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert cloud.calls == [LIST]
    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [LIST, CREATE, LIST, *calls]
    forecast_holds(result, forecast)
    made = result["endpoint_service"]
    assert made.keys() == forecast["endpoint_service"].keys()
    assert made["state"] == "Available" and made["service_name"].endswith(made["service_id"])
    assert made["tags"] == {**TAGS, "team": "links", "Name": "tokyo-inbound"}
    assert len(made["availability_zone_ids"]) == 2 and made["service_type"] == "Interface"
    # FIELD A2: AWS makes a hidden private zone for a private name, so that there is none unless asked for.
    assert made["private_dns_name"] == more.get("private_dns_name")
    assert {key: made[key] for key in found} == found
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_create_with_gateway_load_balancers(run, cloud, options, gateway_arn):
    wanted = only_gateways(options, gateway_arn("inspect"))
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [LIST, CREATE, LIST, PERMIT, *NOTHING_TO_DO]
    forecast_holds(result, forecast)
    assert result["endpoint_service"]["service_type"] == "GatewayLoadBalancer"
    assert not run(MODULE, HERE, **wanted)["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, options, service, check):
    result = run(MODULE, HERE, check=check, **options)

    assert not result["changed"] and result["actions"] == []
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["endpoint_service"] == service
    assert cloud.calls == NOTHING_TO_DO


def test_not_given_is_left_alone(run, cloud, options):
    before = run(MODULE, HERE, **options, **FULL)["endpoint_service"]
    result = run(MODULE, HERE, name=options["name"], tags=options["tags"])

    assert not result["changed"] and cloud.calls == NOTHING_TO_DO
    assert result["endpoint_service"] == {**before, "connection_notifications": None}


def test_absent_and_absent_twice(run, cloud, options, service):
    forecast = run(MODULE, HERE, check=True, **options, state="absent")
    assert forecast["changed"] and cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS]

    result = run(MODULE, HERE, **options, state="absent")
    assert result["changed"] and result["endpoint_service"] is None
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS, DELETE, LIST]

    again = run(MODULE, HERE, **options, state="absent")
    assert not again["changed"] and cloud.calls == [LIST]


def test_made_again_after_it_was_deleted(run, options, service):
    """AWS answers a client token it knows with what it made then, deleted or not."""
    run(MODULE, HERE, **options, state="absent")
    result = run(MODULE, HERE, **options)

    assert result["endpoint_service"]["service_id"] != service["service_id"]
    assert result["endpoint_service"]["state"] == "Available"


@pytest.mark.parametrize("accept", [True, False])
def test_delete_while_connected_names_the_connections(run, cloud, options, connect, accept):
    """FIELD A2: ExistingVpcEndpointConnections."""
    one = connect("one", accept=accept)
    result = run(MODULE, HERE, **options, state="absent")

    state = "available" if accept else "pendingAcceptance"
    assert result["failed"] and f"{one} ({state})" in result["msg"] and "force: true" in result["msg"]
    assert cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS]


def test_delete_by_force_rejects_first(run, cloud, options, connect, state_of):
    """FIELD G, delete order: reject connections, then the endpoint service."""
    one, two = connect("one"), connect("two", accept=False)
    wanted = {**options, "connection_notifications": [TELL]}
    run(MODULE, HERE, **wanted)
    result = run(MODULE, HERE, **options, state="absent", force=True)

    assert [action["verb"] for action in result["actions"]] == ["reject", "delete_notifications", "delete"]
    read = [LIST, CONNECTIONS, NOTIFICATIONS]
    assert cloud.calls == [*read, REJECT, *read, UNNOTIFY, DELETE, LIST]
    assert cloud.client("ec2", HERE).describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"] == []
    ends = cloud.client("ec2", "public").describe_vpc_endpoints(VpcEndpointIds=[one, two])["VpcEndpoints"]
    assert {end["State"] for end in ends} == {"rejected"}


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


def test_an_old_sdk_matters_only_if_the_option_is_used(run, cloud, options, old_sdk):
    """FIELD A2: an old SDK does not know SupportedRegions."""
    old_sdk("CreateVpcEndpointServiceConfiguration", "SupportedRegions")
    result = run(MODULE, HERE, **options, supported_regions=[FAR])

    assert result["failed"] and cloud.calls == []
    assert "SupportedRegions of CreateVpcEndpointServiceConfiguration" in result["msg"]
    assert "allowed: botocore 1.35.70 or newer" in result["msg"] and result["failure"]["where"] == "supported_regions"
    assert run(MODULE, HERE, **options)["changed"]


@pytest.fixture
def second(cloud, options, service, balancer_arn):
    """The id of one more service that carries our tags and name."""
    tags = [{"Key": key, "Value": value} for key, value in {**options["tags"], "Name": options["name"]}.items()]
    made = cloud.client("ec2").create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer_arn(HERE, "another")],
        TagSpecifications=[{"ResourceType": "vpc-endpoint-service", "Tags": tags}],
    )
    return made["ServiceConfiguration"]["ServiceId"]


def test_two_that_are_ours_are_an_error(run, options, second):
    result = run(MODULE, HERE, **options)

    assert result["failed"] and "endpoint service tokyo-inbound: 2 of them carry our tags" in result["msg"]


def test_absent_takes_all_that_carry_our_tags(run, cloud, options, service, second):
    forecast = run(MODULE, HERE, check=True, **options, state="absent")
    result = run(MODULE, HERE, **options, state="absent")

    assert [action["verb"] for action in result["actions"]] == ["delete", "delete"]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert cloud.client("ec2").describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []
    assert not run(MODULE, HERE, **options, state="absent")["changed"]


def test_absent_by_force_rejects_at_each_of_them(run, cloud, options, connect, second, network):
    connected = connect("tokyo-inbound")
    ec2, there = cloud.client("ec2"), network("public")
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=second, AddAllowedPrincipals=[PUBLIC])
    (item,) = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[second])["ServiceConfigurations"]
    other = cloud.client("ec2", "public").create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=there.vpc_id,
        ServiceName=item["ServiceName"],
        SubnetIds=there.subnet_ids,
    )["VpcEndpoint"]["VpcEndpointId"]
    cloud.time.advance(60)
    refused = run(MODULE, HERE, **options, state="absent")
    result = run(MODULE, HERE, **options, state="absent", force=True)

    assert refused["failed"] and all(one in refused["msg"] for one in (connected, other))
    assert sorted(action["verb"] for action in result["actions"]) == ["delete", "delete", "reject", "reject"]
    assert ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []
