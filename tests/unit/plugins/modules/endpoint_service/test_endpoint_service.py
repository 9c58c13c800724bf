"""endpoint_service through its whole life, against the rig's control plane, every API call named."""

from __future__ import annotations

import pytest
from rig.control.ec2 import backends, dns_records
from unit.plugins.modules.endpoint_service.scenery import (
    CONNECTIONS,
    CREATE,
    DELETE,
    FAR,
    HERE,
    HOME,
    LIST,
    MODIFY,
    MODULE,
    NAME,
    NOTHING_TO_DO,
    NOTIFICATIONS,
    NOTIFY,
    OTHER,
    OTHER_TOPIC,
    PAY,
    PERMIT,
    PRINCIPALS,
    PUBLIC,
    REJECT,
    RENOTIFY,
    TAGS,
    TOPIC,
    UNNOTIFY,
    VERIFY,
)

PAYER = {"payer_responsibility": "ServiceOwner", "confirm_payer_responsibility": True}
TELL = {"topic_arn": TOPIC, "events": ["Accept", "Connect"]}


def forecast_holds(result, forecast):
    """A real run does what the check run said it would, and AWS then has what the difference showed."""
    assert {key: result[key] for key in ("changed", "diff", "actions")} == {
        key: forecast[key] for key in ("changed", "diff", "actions")
    }
    after, service = dict(result["diff"]["after"]), dict(result["endpoint_service"])
    for one in service["connection_notifications"] or ():
        assert one.pop("notification_id").startswith("vpce-nfn-") and one.pop("state") == "Enabled"
    verified = after.pop("private_dns_verified")
    assert verified == ((service["private_dns_verification"] or {}).get("state") == "verified")
    if not result["diff"]["before"]:
        after.pop("availability_zones")  # AWS tells them afterwards
    assert {key: service[key] for key in after} == after


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


def only_gateways(options, arn):
    rest = {key: value for key, value in options.items() if key != "load_balancer_arns"}
    return {**rest, "gateway_load_balancer_arns": [arn]}


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


FULL = {
    "supported_regions": [FAR],
    "supported_ip_address_types": ["ipv4", "ipv6"],
    "private_dns_name": NAME,
    "connection_notifications": [TELL],
    **PAYER,
}
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
        {"supported_ip_address_types": ["ipv6"]},
        [MODIFY],
        {"supported_ip_address_types": ["ipv6"]},
        id="address types",
    ),
    pytest.param(
        {"supported_ip_address_types": ["ipv4", "ipv6"], "supported_regions": [FAR, "us-east-1"]},
        [MODIFY],
        {"supported_ip_address_types": ["ipv4", "ipv6"]},
        id="one more address type",
    ),
    pytest.param(
        {"supported_regions": ["us-east-1"]},
        [MODIFY, MODIFY],
        {"supported_regions": [HOME, "us-east-1"]},
        id="regions",
    ),
    pytest.param({"supported_regions": []}, [MODIFY], {"supported_regions": [HOME]}, id="no other region"),
    pytest.param(
        {"private_dns_name": f"x.{NAME}"}, [MODIFY], {"private_dns_name": f"x.{NAME}"}, id="another private name"
    ),
    pytest.param(
        {"private_dns_name": ""},
        [MODIFY],
        {"private_dns_name": None, "private_dns_verification": None},
        id="no private name",
    ),
    pytest.param(
        {"tags": {**TAGS, "team": "other"}},
        ["CreateTags"],
        {"tags": {**TAGS, "team": "other", "Name": "tokyo-inbound"}},
        id="tag value",
    ),
    pytest.param({"tags": TAGS}, ["DeleteTags"], {"tags": {**TAGS, "Name": "tokyo-inbound"}}, id="tag purged"),
    pytest.param(
        {"tags": TAGS, "purge_tags": False, "acceptance_required": False},
        [MODIFY],
        {"tags": {**TAGS, "team": "links", "Name": "tokyo-inbound"}},
        id="tag kept",
    ),
    pytest.param(
        {"acceptance_required": False, "supported_regions": [FAR, "us-east-1"], "private_dns_name": ""},
        [MODIFY],
        {"acceptance_required": False, "supported_regions": [HOME, FAR, "us-east-1"], "private_dns_name": None},
        id="all that one call can set",
    ),
    pytest.param(
        {"connection_notifications": [{**TELL, "events": ["Reject"]}]}, [RENOTIFY], {}, id="events of a notification"
    ),
    pytest.param({"connection_notifications": [{"topic_arn": OTHER_TOPIC}]}, [NOTIFY, UNNOTIFY], {}, id="topic"),
    pytest.param({"connection_notifications": []}, [UNNOTIFY], {"connection_notifications": []}, id="no topic"),
    pytest.param(
        {"connection_notifications": [{"topic_arn": OTHER_TOPIC}], "purge_connection_notifications": False},
        [NOTIFY],
        {},
        id="topic kept",
    ),
]

# Where there must be less than everything to begin with.
BEFORE = {"one more address type": {"supported_ip_address_types": ["ipv6"]}}


@pytest.mark.parametrize(("drift", "calls", "found"), DRIFTS)
def test_drift(request, run, cloud, options, drift, calls, found):
    before = {**options, **FULL, **BEFORE.get(request.node.callspec.id, {})}
    run(MODULE, HERE, **before)
    wanted, read = {**before, **drift}, [*NOTHING_TO_DO, NOTIFICATIONS]
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == read

    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [*read, *calls, *read]
    forecast_holds(result, forecast)
    assert {key: result["endpoint_service"][key] for key in found} == found
    again = run(MODULE, HERE, **wanted)
    assert not again["changed"] and cloud.calls == read


@pytest.mark.parametrize("option", ["load_balancer_arns", "gateway_load_balancer_arns"])
def test_drift_of_load_balancers_adds_before_it_removes(run, cloud, options, balancer_arn, gateway_arn, option):
    gateways = option.startswith("gateway")
    before = only_gateways(options, gateway_arn("first")) if gateways else options
    run(MODULE, HERE, **before)
    wanted = {**before, option: [gateway_arn("second") if gateways else balancer_arn(HERE, "second")]}
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)

    assert [action["verb"] for action in result["actions"]] == ["modify", "remove"]
    assert cloud.calls == [*NOTHING_TO_DO, MODIFY, MODIFY, *NOTHING_TO_DO]
    forecast_holds(result, forecast)
    assert result["endpoint_service"][option] == wanted[option]


def test_payer_is_set_once_and_then_needs_no_word(run, cloud, options, service, described):
    forecast = run(MODULE, HERE, check=True, **options, **PAYER)
    assert "PayerResponsibility" not in described()
    result = run(MODULE, HERE, **options, **PAYER)

    assert cloud.calls == [*NOTHING_TO_DO, PAY, *NOTHING_TO_DO]
    forecast_holds(result, forecast)
    assert described()["PayerResponsibility"] == "ServiceOwner"
    assert not run(MODULE, HERE, **options, payer_responsibility="ServiceOwner")["changed"]
    assert not run(MODULE, HERE, **options)["changed"]


def test_nlb_gained_a_zone_and_the_service_follows(run, cloud, network, balancer_arn, options):
    """FIELD A2: the service does not follow; some minutes later it does, when Modify is called with its id alone."""
    there = network(HERE)
    wanted = {**options, "load_balancer_arns": [balancer_arn(HERE, "growing", there.subnet_ids)]}
    before = run(MODULE, HERE, **wanted)["endpoint_service"]
    gain_a_zone(cloud, there, wanted["load_balancer_arns"][0])

    assert not run(MODULE, HERE, **wanted, follow_zones=False)["changed"]
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == NOTHING_TO_DO
    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [*NOTHING_TO_DO, MODIFY, *NOTHING_TO_DO, *NOTHING_TO_DO]
    forecast_holds(result, forecast)
    assert len(result["endpoint_service"]["availability_zones"]) == len(before["availability_zones"]) + 1 == 3
    assert not run(MODULE, HERE, **wanted)["changed"] and cloud.calls == NOTHING_TO_DO


def gain_a_zone(cloud, there, arn):
    ec2 = cloud.client("ec2", HERE)
    taken = {one["AvailabilityZone"] for one in ec2.describe_subnets(SubnetIds=there.subnet_ids)["Subnets"]}
    zones = [one["ZoneName"] for one in ec2.describe_availability_zones()["AvailabilityZones"]]
    free = next(zone for zone in zones if zone not in taken)
    subnet = ec2.create_subnet(VpcId=there.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=free)["Subnet"]
    cloud.client("elbv2", HERE).set_subnets(LoadBalancerArn=arn, Subnets=[*there.subnet_ids, subnet["SubnetId"]])


@pytest.mark.parametrize("wait", [True, False])
def test_a_zone_that_cannot_be_offered_yet_is_asked_for_again(
    run, cloud, monkeypatch, network, balancer_arn, options, wait
):
    from rig.control.ec2.endpoint_service import EndpointService

    there = network(HERE)
    wanted = {**options, "load_balancer_arns": [balancer_arn(HERE, "growing", there.subnet_ids)], "wait": wait}
    run(MODULE, HERE, **wanted)
    gain_a_zone(cloud, there, wanted["load_balancer_arns"][0])
    ready, refresh = cloud.time() + 2, EndpointService.refresh_zones
    monkeypatch.setattr(EndpointService, "refresh_zones", lambda one: refresh(one) if cloud.time() > ready else None)
    result = run(MODULE, HERE, **wanted)

    assert (cloud.calls.count(MODIFY) > 1) is wait
    assert (len(result["endpoint_service"]["availability_zones"]) == 3) is wait


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


def test_principal_removed_leaves_its_connections_unless_told(run, cloud, options, connect, state_of):
    """FIELD A2: existing connections stay up. What Terraform issue 37260 asks for is an option here."""
    one = connect("one")
    run(MODULE, HERE, **{**options, "allowed_principals": [OTHER]})
    assert cloud.calls == [*NOTHING_TO_DO, PERMIT, PERMIT, *NOTHING_TO_DO] and state_of(one) == "available"

    run(MODULE, HERE, **options)
    two = connect("two", accept=False)
    wanted = {**options, "allowed_principals": [], "reject_on_principal_removal": True}
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [
        *NOTHING_TO_DO,
        CONNECTIONS,
        REJECT,
        PERMIT,
        PRINCIPALS,
        CONNECTIONS,
        *NOTHING_TO_DO,
    ]
    forecast_holds(result, forecast)
    assert (state_of(one), state_of(two)) == ("rejected", "rejected")
    assert not run(MODULE, HERE, **wanted)["changed"] and cloud.calls == NOTHING_TO_DO


def test_nlb_in_use_cannot_be_removed_and_aws_says_why(run, options, connect, balancer_arn):
    """FIELD A2 and G: an NLB cannot be removed while endpoints are attached."""
    connect("one")
    result = run(MODULE, HERE, **{**options, "load_balancer_arns": [balancer_arn(HERE, "second")]})

    assert result["failed"] and result["failure"]["code"] == "ExistingVpcEndpointConnections"
    assert [action["verb"] for action in result["actions"]] == ["modify"] and result["changed"]


def test_one_nlb_carries_one_service_only(run, options, service):
    """FIELD A2: one NLB, one endpoint service."""
    result = run(MODULE, HERE, **{**options, "name": "tokyo-second"})

    assert result["failed"] and service["service_id"] in result["msg"]


def test_one_service_has_many_nlbs(run, cloud, options, service, connect, state_of, balancer_arn):
    """FIELD A2: a service may have many NLBs. One more hurts no connection."""
    one = connect("one")
    wanted = {**options, "load_balancer_arns": [*options["load_balancer_arns"], balancer_arn(HERE, "second")]}
    result = run(MODULE, HERE, **wanted)

    assert cloud.calls == [*NOTHING_TO_DO, MODIFY, *NOTHING_TO_DO] and state_of(one) == "available"
    assert result["endpoint_service"]["load_balancer_arns"] == sorted(wanted["load_balancer_arns"])


def test_region_removed_keeps_its_connections(run, options, connect, state_of):
    """FIELD A2: existing connections stay up. The region is Closed for as long as they do, and counts as removed."""
    run(MODULE, HERE, **options, supported_regions=[FAR])
    one = connect("one")
    next(entry for entry in backends.endpoints() if entry.id == one).region = FAR
    result = run(MODULE, HERE, **options, supported_regions=[])

    assert state_of(one) == "available"
    assert result["endpoint_service"]["supported_regions"] == [HOME]
    assert result["endpoint_service"]["region_states"] == {HOME: "Available", FAR: "Closed"}
    assert not run(MODULE, HERE, **options, supported_regions=[])["changed"]


def test_custom_idle_timeout_keeps_other_regions_out(run, cloud, options, service):
    """FIELD A2 and G: cross-region is refused with a custom NLB TCP idle timeout."""
    elbv2 = cloud.client("elbv2", HERE)
    [balancer] = elbv2.describe_load_balancers(LoadBalancerArns=service["load_balancer_arns"])["LoadBalancers"]
    wanted = {"Protocol": "TCP", "Port": 443, "TargetType": "ip", "VpcId": balancer["VpcId"]}
    [group] = elbv2.create_target_group(Name="t", **wanted)["TargetGroups"]
    listener = elbv2.create_listener(
        LoadBalancerArn=service["load_balancer_arns"][0],
        Protocol="TCP",
        Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )["Listeners"][0]
    timeout = [{"Key": "tcp.idle_timeout.seconds", "Value": "600"}]
    elbv2.modify_listener_attributes(ListenerArn=listener["ListenerArn"], Attributes=timeout)
    result = run(MODULE, HERE, **options, supported_regions=[FAR])

    assert result["failed"] and "idle timeout" in result["msg"]


def test_private_name_is_not_for_gateway_load_balancers(run, options, gateway_arn):
    """FIELD A2, private DNS."""
    wanted = only_gateways(options, gateway_arn("inspect"))
    result = run(MODULE, HERE, **wanted, private_dns_name=NAME)

    assert result["failed"] and result["failure"]["code"] == "InvalidParameter"


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


def test_notifications_of_other_services_are_left_alone(run, cloud, options, service, balancer_arn):
    ec2 = cloud.client("ec2", HERE)
    foreign = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer_arn(HERE, "foreign")])
    ec2.create_vpc_endpoint_connection_notification(
        ServiceId=foreign["ServiceConfiguration"]["ServiceId"],
        ConnectionNotificationArn=TOPIC,
        ConnectionEvents=["Accept"],
    )
    for wanted in ({"connection_notifications": []}, {"state": "absent"}):
        run(MODULE, HERE, **options, **wanted)
    assert len(ec2.describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"]) == 1


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
