"""Endpoints that are no interface endpoints: gateways, and those to Gateway Load Balancers."""

from __future__ import annotations

import pytest
from rig.control.ec2 import load_balancers
from unit.plugins.modules.interface_endpoint.scenery import (
    CREATE,
    HERE,
    LIST,
    MODIFY,
    MODULE,
    PROVIDER,
    TAGS,
    as_foretold,
    aws,
    log,
    verbs,
)


def add_table(ec2, here):
    return ec2.create_route_table(VpcId=here.vpc_id)["RouteTable"]["RouteTableId"]


def leads_to(ec2, table_id):
    [table] = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return [route["GatewayId"] for route in table["Routes"] if route.get("DestinationPrefixListId")]


def test_create_a_gateway(run, cloud, ec2, gateway, here):
    result = as_foretold(run, **gateway)

    assert log(cloud.calls) == [LIST, CREATE, LIST]
    assert leads_to(ec2, here.route_table_id) == [result["interface_endpoint"]["endpoint_id"]]
    assert not run(MODULE, HERE, **gateway)["changed"] and cloud.calls == [LIST]


def test_drift_of_route_tables_is_one_call_so_no_table_is_without(run, cloud, ec2, gateway, here):
    made = run(MODULE, HERE, **gateway)["interface_endpoint"]["endpoint_id"]
    more = add_table(ec2, here)
    result = as_foretold(run, **{**gateway, "route_table_ids": [more]})

    assert log(cloud.calls) == [LIST, MODIFY, LIST]
    assert result["interface_endpoint"]["route_table_ids"] == [more]
    assert (leads_to(ec2, more), leads_to(ec2, here.route_table_id)) == ([made], [])


def test_route_tables_of_others_stay_without_purge(run, ec2, gateway, here):
    made = run(MODULE, HERE, **gateway)["interface_endpoint"]["endpoint_id"]
    theirs = add_table(ec2, here)
    ec2.modify_vpc_endpoint(VpcEndpointId=made, AddRouteTableIds=[theirs])

    assert not run(MODULE, HERE, **gateway, purge_route_tables=False)["changed"]
    result = as_foretold(run, **gateway)
    assert verbs(result) == ["modify"] and f"{theirs} not wanted" in result["actions"][0]["why"]
    assert leads_to(ec2, theirs) == []


def test_s3_by_gateway_and_by_interface(run, cloud, many):
    """Private DNS of the interface leaves the VPC's own traffic to the gateway, so that one must be there first."""
    both = {**many, "services": ["s3"], "dns_options": {"private_dns_only_for_inbound_resolver_endpoint": True}}
    result = as_foretold(run, **both)

    assert [(one["name"], one["type"], one["state"]) for one in result["interface_endpoints"]] == [
        ("tokyo-s3", "Gateway", "available"),
        ("tokyo-s3", "Interface", "available"),
    ]
    assert not run(MODULE, HERE, **both)["changed"]
    everywhere = {**both, "dns_options": {"private_dns_only_for_inbound_resolver_endpoint": False}}
    changed = as_foretold(run, **everywhere)
    assert [action["target"] for action in changed["actions"]] == ["interface endpoint tokyo-s3"]
    assert "private_dns_only_for_inbound_resolver_endpoint is True, wanted False" in changed["actions"][0]["why"]
    assert not run(MODULE, HERE, **everywhere)["changed"]


class TestGatewayLoadBalancer:
    @pytest.fixture
    def wanted(self, provider, here, balancer_arn):
        arn = balancer_arn(PROVIDER, "inspect")
        load_balancers.find(arn).type = "gateway"  # the sandbox makes none, and EC2 looks at no more than this
        service = provider.create_vpc_endpoint_service_configuration(
            GatewayLoadBalancerArns=[arn], AcceptanceRequired=False
        )["ServiceConfiguration"]
        provider.modify_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"], AddAllowedPrincipals=["*"])
        return {
            "name": "tokyo-inspect",
            "type": "GatewayLoadBalancer",
            "vpc_id": here.vpc_id,
            "service_name": service["ServiceName"],
            "subnet_ids": here.subnet_ids[:1],
            "tags": TAGS,
        }

    def test_life(self, run, cloud, ec2, wanted):
        made = run(MODULE, HERE, **wanted)["interface_endpoint"]
        assert (made["state"], made["type"], made["security_group_ids"]) == ("available", "GatewayLoadBalancer", [])
        assert not run(MODULE, HERE, **wanted)["changed"] and cloud.calls == [LIST]
        [eni] = ec2.describe_network_interfaces()["NetworkInterfaces"]
        assert eni["InterfaceType"] == "gateway_load_balancer_endpoint"
        assert verbs(run(MODULE, HERE, **wanted, state="absent")) == ["delete"]
        assert not run(MODULE, HERE, **wanted, state="absent")["changed"]

    def test_its_zone_cannot_be_changed_in_place(self, run, wanted, here):
        run(MODULE, HERE, **wanted)
        moved = {**wanted, "subnet_ids": here.subnet_ids[1:]}

        refused = run(MODULE, HERE, **moved)
        assert refused["failed"] and f"wanted {here.subnet_ids[1]}" in refused["msg"]
        assert verbs(run(MODULE, HERE, **moved, replace=True)) == ["delete", "create"]


def test_options_that_say_nothing_about_a_gateway_are_refused(run, cloud, gateway, here):
    result = run(MODULE, HERE, **gateway, subnet_ids=here.subnet_ids)

    assert result["failed"] and "subnet_ids: it says nothing about an endpoint of type Gateway" in result["msg"]
    assert cloud.calls == []


def test_a_service_of_another_type(run, cloud, options):
    result = run(
        MODULE,
        HERE,
        **{
            **options,
            "type": "GatewayLoadBalancer",
            "security_group_ids": None,
            "private_dns_enabled": None,
            "subnet_ids": options["subnet_ids"][:1],
        },
    )

    assert (
        result["failed"]
        and f"AWS has no service {aws('ssm')} for endpoints of type GatewayLoadBalancer" in result["msg"]
    )
    assert CREATE not in cloud.calls
