"""Whatever differs from the task is changed, in as few calls as AWS allows, and check mode told it before."""

from __future__ import annotations

import pytest
from rig.control.ec2 import backends
from unit.plugins.modules.endpoint_service.scenery import (
    CONNECTIONS,
    FAR,
    FULL,
    HERE,
    HOME,
    MODIFY,
    MODULE,
    NAME,
    NOTHING_TO_DO,
    NOTIFICATIONS,
    NOTIFY,
    OTHER,
    OTHER_TOPIC,
    PAY,
    PAYER,
    PERMIT,
    PRINCIPALS,
    PUBLIC,
    REJECT,
    RENOTIFY,
    TAGS,
    TELL,
    TOPIC,
    UNNOTIFY,
    forecast_holds,
    only_gateways,
)

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


def test_ipv6_wants_dual_stack_nlbs_and_aws_says_so(run, cloud, options, balancer_arn):
    """FIELD A2: IPv6 needs dual-stack load balancers. Whoever makes them so can have it at the next run."""
    wanted = {**options, "load_balancer_arns": [balancer_arn(HERE, "narrow", ip_address_type="ipv4")]}
    run(MODULE, HERE, **wanted)
    both = {**wanted, "supported_ip_address_types": ["ipv4", "ipv6"]}
    result = run(MODULE, HERE, **both)
    assert result["failed"] and result["failure"]["code"] == "InvalidParameter" and not result["changed"]
    assert f"{wanted['load_balancer_arns'][0]} does not use the dualstack" in result["msg"]

    elbv2 = cloud.client("elbv2", HERE)
    elbv2.set_ip_address_type(LoadBalancerArn=wanted["load_balancer_arns"][0], IpAddressType="dualstack")
    assert run(MODULE, HERE, **both)["endpoint_service"]["supported_ip_address_types"] == ["ipv4", "ipv6"]


def test_other_regions_want_a_permission_of_their_own(run, cloud, options, service):
    """FIELD A2: vpce:AllowMultiRegion. Whoever lacks it hears of it, and nothing was changed."""
    cloud.fault(
        MODIFY, "error", code="UnauthorizedOperation", message="not authorized to perform: vpce:AllowMultiRegion"
    )
    result = run(MODULE, HERE, **{**options, "allowed_principals": [OTHER]}, supported_regions=[FAR])

    assert result["failed"] and "vpce:AllowMultiRegion; let the caller do it" in result["msg"] and not result["changed"]
    assert result["failure"]["code"] == "UnauthorizedOperation" and result["failure"]["request_id"]
    assert cloud.calls == [*NOTHING_TO_DO, MODIFY]


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
