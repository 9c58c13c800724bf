"""The zones a service is offered in are those its load balancers had when it was last modified."""

from __future__ import annotations

import pytest
from unit.plugins.modules.endpoint_service.scenery import (
    HERE,
    MODIFY,
    MODULE,
    NOTHING_TO_DO,
    forecast_holds,
)


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
