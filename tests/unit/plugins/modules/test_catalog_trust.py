"""catalog_trust against the rig: what is published, and who is waited for."""

from __future__ import annotations

import json
import math
import time
from datetime import UTC, datetime

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import certificates, link_digest

BASE = "/twoway/tokyo/catalog"
FLEET = "tokyo-service-proxy"
SERVICE = {"name": "orders", "host": "orders.tokyo.twoway.example", "path": "/orders"}
OURS = {"privatelink:link": "tokyo", "privatelink:side": "public"}


def block(text: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


OLD, NEW = block("b2xk"), block("bmV3")


@pytest.fixture
def publish(run):
    def publish(ca_pem: str, **more):
        given = {"link": "tokyo", "domain": "tokyo.twoway.example", "services": [SERVICE]}
        given |= {"endpoint_dns": "vpce-1.example.com", "endpoint_zonal_dns": {"apne1-az1": "vpce-1-a.example.com"}}
        result = run("service_catalog", "public", ca_pem=ca_pem, **{**given, **more})
        assert "failed" not in result, result
        return result

    return publish


@pytest.fixture
def trust(run):
    def trust(ca_pem: str, check: bool = False, **more):
        return run("catalog_trust", "public", check=check, link="tokyo", ca_pem=ca_pem, fleet=FLEET, **more)

    return trust


def texts(cloud) -> dict[str, str]:
    found = cloud.client("ssm", "public").get_parameters_by_path(Path=BASE, Recursive=True)["Parameters"]
    return {item["Name"].removeprefix(f"{BASE}/"): item["Value"] for item in found}


def trusted(cloud) -> set[str]:
    return set(certificates(json.loads(texts(cloud)["link"])["ca_pem"]))


@pytest.fixture
def fleet(cloud, network, engine):
    """Two instances that serve."""
    there = network("public")
    ec2, autoscaling = cloud.client("ec2", "public"), cloud.client("autoscaling", "public")
    template = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName=FLEET, LaunchTemplateData=template)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=FLEET,
        LaunchTemplate={"LaunchTemplateName": FLEET, "Version": "$Latest"},
        MinSize=2,
        MaxSize=4,
        VPCZoneIdentifier=",".join(there.subnet_ids),
    )
    for _time in range(5):
        engine()
        cloud.time.advance(1)
    (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[FLEET])["AutoScalingGroups"]
    assert [one["LifecycleState"] for one in group["Instances"]] == ["InService"] * 2
    return autoscaling


@pytest.fixture
def tell(cloud):
    """tell(text, text) -> each proxy tells which text of the link it uses, in the minute after the next one begins."""
    cloudwatch = cloud.client("cloudwatch", "public")
    dimensions = [{"Name": "Link", "Value": "tokyo"}, {"Name": "Proxy", "Value": "service"}]

    def tell(*links: str) -> None:
        at = datetime.fromtimestamp((math.floor(time.time() / 60) + 2) * 60 + 5, UTC)
        for link in links:
            datum = {"MetricName": "LinkDigest", "Dimensions": dimensions, "Timestamp": at, "Value": link_digest(link)}
            cloudwatch.put_metric_data(Namespace="TwoWay/PrivateLink", MetricData=[datum])

    return tell


def test_before_there_is_a_catalogue_nothing_is_done_and_nobody_waited_for(trust, cloud, fleet):
    result = trust(NEW)
    assert (result["changed"], result["proxies"]) == (False, None)
    assert texts(cloud) == {}


def test_without_proxies_it_is_published_at_once(publish, trust, cloud):
    publish(OLD)
    before = texts(cloud)
    result = trust(NEW)
    assert (result["changed"], result["proxies"]) == (True, 0)
    assert [(one["verb"], one["target"]) for one in result["actions"]] == [
        ("modify", f"{BASE}/link"),
        ("modify", f"{BASE}/revision"),
    ]
    assert trusted(cloud) == {*certificates(OLD), *certificates(NEW)}
    after = texts(cloud)
    assert {name for name in after if after[name] != before[name]} == {"link", "revision"}
    assert {**json.loads(after["link"]), "ca_pem": OLD} == json.loads(before["link"])
    again = trust(NEW)
    assert again["changed"] is False and "PutParameter" not in cloud.calls


def test_check_mode_tells_it_and_waits_for_nobody(publish, trust, cloud, fleet):
    publish(OLD)
    result = trust(NEW, check=True)
    assert result["changed"] is True
    assert NEW.splitlines()[1] in result["diff"]["after"][f"{BASE}/link"]["ca_pem"]
    assert set(cloud.calls) == {"GetParametersByPath", "DescribeParameters"}
    assert trusted(cloud) == {*certificates(OLD)}


def union(cloud, publish, trust) -> str:
    """The text that both CAs make of the link that is there."""
    trust(NEW, wait_timeout=0)
    text = texts(cloud)["link"]
    publish(OLD)
    return text


def test_it_waits_until_every_proxy_says_so(publish, trust, cloud, fleet, tell):
    publish(OLD)
    both = union(cloud, publish, trust)
    tell(both, both)
    result = trust(NEW)
    assert "failed" not in result, result
    assert (result["changed"], result["proxies"]) == (True, 2)
    assert trusted(cloud) == {*certificates(OLD), *certificates(NEW)}


@pytest.mark.parametrize("which", ["silent", "behind"])
def test_one_that_does_not_know_of_it_stops_the_run_in_one_line_and_with_both_published(
    publish, trust, cloud, fleet, tell, which
):
    publish(OLD)
    old, both = texts(cloud)["link"], union(cloud, publish, trust)
    tell(both, *([old] if which == "behind" else []))
    result = trust(NEW, wait_timeout=60)
    heard = {"silent": 1, "behind": 0}[which]
    assert result["failed"] and result["msg"] == (
        f"service proxies of tokyo: after 60 s: {heard} of 2 service proxies have told CloudWatch (metric LinkDigest) "
        "that they trust every CA in catalog/link; run again to go on waiting, or raise wait_timeout"
    )
    assert trusted(cloud) == {*certificates(OLD), *certificates(NEW)}


def test_one_that_was_killed_while_it_waited_is_waited_for_by_the_next_run(publish, trust, cloud, fleet, tell):
    publish(OLD)
    assert trust(NEW, wait_timeout=0)["failed"]
    both = texts(cloud)["link"]
    assert trust(NEW, wait_timeout=60)["failed"]
    tell(both, both)
    result = trust(NEW)
    assert (result.get("failed"), result["changed"], result["proxies"]) == (None, False, 2)
    assert texts(cloud)["link"] == both


def test_an_instance_that_does_not_serve_is_not_waited_for(publish, trust, cloud, fleet, tell, engine):
    publish(OLD)
    both = union(cloud, publish, trust)
    fleet.update_auto_scaling_group(AutoScalingGroupName=FLEET, MinSize=1, DesiredCapacity=1)
    engine()
    tell(both)
    result = trust(NEW)
    assert (result.get("failed"), result["proxies"]) == (None, 1)


def test_a_link_of_somebody_else_is_never_written_over(trust, cloud):
    text = json.dumps({"ca_pem": OLD})
    cloud.client("ssm", "public").put_parameter(Name=f"{BASE}/link", Value=text, Type="String")
    result = trust(NEW)
    assert result["failed"] and f"{BASE}/link" in result["msg"]
    assert texts(cloud) == {"link": text}


def test_the_catalogue_may_keep_what_the_services_may_still_use(publish, cloud):
    publish(OLD)
    publish(NEW, purge_ca=False, endpoint_dns="vpce-2.example.com")
    assert trusted(cloud) == {*certificates(OLD), *certificates(NEW)}
    assert json.loads(texts(cloud)["link"])["endpoint_dns"] == "vpce-2.example.com"
    assert publish(NEW, purge_ca=False, endpoint_dns="vpce-2.example.com")["changed"] is False
    publish(NEW, endpoint_dns="vpce-2.example.com")
    assert trusted(cloud) == {*certificates(NEW)}
