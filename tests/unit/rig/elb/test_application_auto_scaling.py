"""https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ecs.html"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import error_of

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/tokyo/orders",
    "ScalableDimension": "ecs:service:DesiredCount",
}
DIMENSIONS = [{"Name": "ClusterName", "Value": "tokyo"}, {"Name": "ServiceName", "Value": "orders"}]
MINUTE = 60


class Scaling:
    def __init__(self, client, cloud, fleet, plane) -> None:
        self.client, self._cloud, self._fleet, self._plane = client, cloud, fleet, plane

    def register(self, low: int | None, high: int | None) -> None:
        bounds = {"MinCapacity": low, "MaxCapacity": high}
        self.client.register_scalable_target(**TARGET, **{k: v for k, v in bounds.items() if v is not None})

    def follow(self, name: str = "cpu", metric: str = "ECSServiceAverageCPUUtilization", **more) -> dict:
        config = {
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            "ScaleOutCooldown": 0,
            "ScaleInCooldown": 0,
        }
        return self.client.put_scaling_policy(
            **TARGET,
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={**config, **more},
        )

    def live(self, minutes: int, cpu: float) -> int:
        """So long under such load; the desired count afterwards."""
        cloudwatch = self._cloud.client("isolated", "cloudwatch")
        for _minute in range(minutes):
            datum = {"MetricName": "CPUUtilization", "Dimensions": DIMENSIONS, "Value": cpu, "Unit": "Percent"}
            publish(cloudwatch, datum)
            self._cloud.clock.advance(MINUTE)
            self._plane.round()
        return self._fleet.service()["desiredCount"]


def publish(_client, datum: dict) -> None:
    """As ECS itself does, into a namespace that is closed to others."""
    from rig.control import clock, cloudwatch
    from rig.control.cloudwatch import publication
    from rig.control.lock import lock

    with lock:
        ((metric, point),) = publication.parse("Mine", [datum], clock.wall())
        own = type(metric)(namespace="AWS/ECS", name=metric.name, dimensions=metric.dimensions)
        cloudwatch.publish("222222222222", "ap-northeast-1", own, point)


@pytest.fixture
def scaling(cloud, fleet, plane) -> Scaling:
    fleet.create(fleet.definition(), count=1)
    plane.round(3)
    return Scaling(cloud.client("isolated", "application-autoscaling"), cloud, fleet, plane)


def test_registering_brings_the_count_within_the_bounds(scaling, fleet):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    scaling.register(2, 4)
    assert fleet.service()["desiredCount"] == 2
    scaling.register(None, 3)
    fleet.update(desiredCount=9)
    scaling.register(1, None)
    assert fleet.service()["desiredCount"] == 3
    (told,) = scaling.client.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (told["MinCapacity"], told["MaxCapacity"]) == (1, 3)


def test_what_is_refused(scaling):
    client = scaling.client
    assert error_of(client.register_scalable_target, **TARGET, MinCapacity=1)[0] == "ValidationException"
    assert error_of(client.register_scalable_target, **TARGET, MinCapacity=2, MaxCapacity=1)[0] == "ValidationException"
    gone = {**TARGET, "ResourceId": "service/tokyo/nobody"}
    assert error_of(client.register_scalable_target, **gone, MinCapacity=1, MaxCapacity=1)[0] == "ValidationException"
    assert error_of(client.deregister_scalable_target, **TARGET)[0] == "ObjectNotFoundException"
    assert error_of(scaling.follow)[0] == "ObjectNotFoundException"
    scaling.register(1, 2)
    assert error_of(client.delete_scaling_policy, **TARGET, PolicyName="x")[0] == "ObjectNotFoundException"
    assert error_of(scaling.follow, metric="ALBRequestCountPerTarget")[0] == "ValidationException"


def test_a_busy_service_grows_and_an_idle_one_shrinks(scaling):
    scaling.register(1, 4)
    scaling.follow()
    assert scaling.live(2, cpu=95) == 1
    assert scaling.live(4, cpu=95) >= 2
    assert scaling.live(10, cpu=95) == 4
    assert scaling.live(10, cpu=5) == 4
    assert scaling.live(20, cpu=5) == 1


def test_fewer_only_when_every_policy_that_may_scale_in_agrees(scaling):
    scaling.register(1, 4)
    scaling.follow(DisableScaleIn=True)
    scaling.live(10, cpu=95)
    assert scaling.live(30, cpu=5) == 4
    scaling.follow("memory", "ECSServiceAverageMemoryUtilization")
    assert scaling.live(30, cpu=5) == 4


def test_a_cooldown_is_kept(scaling):
    scaling.register(1, 4)
    scaling.follow(TargetValue=90.0, ScaleOutCooldown=600)
    assert scaling.live(8, cpu=99) == 2
    assert scaling.live(12, cpu=99) == 3


def test_policies_and_their_alarms_go_with_the_target(scaling, cloud):
    scaling.register(1, 2)
    alarms = scaling.follow()["Alarms"]
    scaling.follow(TargetValue=60.0)
    cloudwatch = cloud.client("isolated", "cloudwatch")
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    assert len(alarms) == len(found) == 2 and {alarm["Threshold"] for alarm in found} == {60.0, 54.0}
    scaling.client.deregister_scalable_target(**TARGET)
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert scaling.client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []


def test_pages(scaling, fleet, ecs):
    definition = fleet.definition()
    names = [f"s{number:03}" for number in range(101)]
    for name in names:
        ecs.create_service(
            cluster="tokyo",
            serviceName=name,
            taskDefinition=definition,
            desiredCount=0,
            networkConfiguration=fleet.network,
            launchType="FARGATE",
        )
        resource = {**TARGET, "ResourceId": f"service/tokyo/{name}"}
        scaling.client.register_scalable_target(**resource, MinCapacity=0, MaxCapacity=1)
    pages = list(scaling.client.get_paginator("describe_scalable_targets").paginate(ServiceNamespace="ecs"))
    assert [len(page["ScalableTargets"]) for page in pages] == [50, 50, 1]
    told = [target["ResourceId"].rpartition("/")[2] for page in pages for target in page["ScalableTargets"]]
    assert sorted(told) == names
