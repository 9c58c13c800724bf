"""ecs_services: every option of an entry, as AWS is told it."""

from __future__ import annotations

from unit.plugins.modules.fleet import ORDERS, row, verbs

FULL = {
    "slow_start": 60,
    "deregistration_delay": 20,
    "stickiness": {"seconds": 120},
    "conditions": {
        "hosts": ["shop.tokyo.twoway.example"],
        "paths": ["/v1/*"],
        "headers": {"X-Tenant": ["a"]},
        "methods": ["GET"],
    },
    "deployment": {"circuit_breaker": "none", "minimum_healthy_percent": 50, "maximum_percent": 150},
    "autoscaling": {"min": 2, "max": 4, "cpu": 60, "scale_in": False},
    "health_check": {"path": "/up", "grace_period": 7},
    "canary": {"image": "shop/orders:1.1", "weight": 10},
    "log_retention_days": 7,
}


def test_every_option_is_what_aws_is_told(converge, account, cloud):
    assert row(converge({**ORDERS, **FULL}))["error"] is None
    groups = account.target_groups()
    for name in ("tokyo-orders-stable", "tokyo-orders-canary"):
        assert (
            account.attributes(groups[name]["TargetGroupArn"]).items()
            >= {
                "slow_start.duration_seconds": "60",
                "deregistration_delay.timeout_seconds": "20",
                "stickiness.enabled": "true",
                "stickiness.lb_cookie.duration_seconds": "120",
            }.items()
        )
    (rule,) = account.rules()
    config = rule["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"]
    assert config == {"Enabled": True, "DurationSeconds": 120}
    told = {condition["Field"]: condition for condition in rule["Conditions"]}
    assert sorted(told["host-header"]["HostHeaderConfig"]["Values"]) == [
        "orders.tokyo.twoway.example",
        "shop.tokyo.twoway.example",
    ]
    assert told["path-pattern"]["PathPatternConfig"]["Values"] == ["/v1/*"]
    assert told["http-header"]["HttpHeaderConfig"] == {"HttpHeaderName": "x-tenant", "Values": ["a"]}
    assert told["http-request-method"]["HttpRequestMethodConfig"]["Values"] == ["GET"]
    service = account.services()["tokyo-orders-stable"]
    deployment = service["deploymentConfiguration"]
    assert deployment["deploymentCircuitBreaker"] == {"enable": False, "rollback": False}
    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (50, 150)
    assert (service["healthCheckGracePeriodSeconds"], service["desiredCount"]) == (7, 2)
    scaling = cloud.client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == (
        "service/tokyo/tokyo-orders-stable",
        2,
        4,
    )
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["DisableScaleIn"] is True
    assert converge({**ORDERS, **FULL})["changed"] is False
    assert converge({**ORDERS, **FULL}, verify_live="full")["changed"] is False


def test_every_option_taken_back_leaves_a_plain_service(converge, account, cloud):
    converge({**ORDERS, **FULL})
    assert row(converge(ORDERS))["error"] is None
    (group,) = account.target_groups().values()
    assert account.attributes(group["TargetGroupArn"])["stickiness.enabled"] == "false"
    (rule,) = account.rules()
    assert [condition["Field"] for condition in rule["Conditions"]] == ["host-header"]
    assert rule["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"]["Enabled"] is False
    scaling = cloud.client("application-autoscaling")
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
    assert account.services()["tokyo-orders-stable"]["desiredCount"] == 1
    assert converge(ORDERS)["changed"] is False
    assert converge(ORDERS, verify_live="full")["changed"] is False


def test_what_aws_scales_is_not_scaled_back(converge, account, cloud):
    scaled = {**ORDERS, "autoscaling": {"min": 1, "max": 5, "cpu": 60}}
    converge(scaled)
    cloud.client("ecs").update_service(cluster="tokyo", service="tokyo-orders-stable", desiredCount=4)
    assert converge(scaled)["changed"] is False
    cloud.client("ecs").update_service(cluster="tokyo", service="tokyo-orders-stable", desiredCount=9)
    assert verbs(converge(scaled)) == ["modify stable ECS service tokyo-orders-stable"]
    assert account.services()["tokyo-orders-stable"]["desiredCount"] == 5


def test_a_scaling_policy_changed_by_hand_is_put_right(converge, cloud):
    scaled = {**ORDERS, "autoscaling": {"min": 1, "max": 5, "cpu": 60}}
    converge(scaled)
    scaling = cloud.client("application-autoscaling")
    target = {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": "service/tokyo/tokyo-orders-stable",
    }
    config = {
        "TargetValue": 5.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    }
    for name in ("tokyo-orders-stable-cpu", "by-hand"):
        scaling.put_scaling_policy(
            **target,
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=config,
        )
    scaling.register_scalable_target(**target, MaxCapacity=9)
    assert verbs(converge(scaled)) == ["modify scaling service/tokyo/tokyo-orders-stable"]
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 60.0
    assert converge(scaled)["changed"] is False
