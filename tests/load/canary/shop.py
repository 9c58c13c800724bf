"""A service with a canary in a sandbox of its own, made by plain boto3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from rig import launch
from rig.launch import Options

CLIENT = Path(__file__).parent / "client.py"
ROLE = "arn:aws:iam::111111111111:role/tokyo-execution"
HOST = "orders.tokyo.twoway.example"
OURS = {"privatelink:link": "tokyo", "privatelink:side": "public", "privatelink:service": "orders"}
STABLE, CANARY = "1.0.0", "2.0.0-fails-3-slow-3"
THINKS = 0.01  # seconds
_PATIENCE_SECONDS = 60.0


def eventually(ask: Callable[[], Any], what: str) -> Any:
    """The first answer that is true."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(0.1)
    return answer


def tags(**more: str) -> list[dict[str, str]]:
    return [{"Key": key.replace("_", ":"), "Value": value} for key, value in {**OURS, **more}.items()]


class Shop:
    """The account `public` has a way to the Internet, so its tasks pull from anywhere."""

    def __init__(self, state_dir: Path) -> None:
        self.options = Options(state_dir=state_dir, metrics_scale=1 / 60)
        self.facts = launch.up(self.options)

    def client(self, service: str) -> Any:
        account = self.facts["accounts"]["public"]
        return boto3.client(
            service,
            endpoint_url=self.facts["endpoint_url"],
            region_name=self.facts["region"],
            aws_access_key_id=account["access_key"],
            aws_secret_access_key=account["secret_key"],
        )

    @cached_property
    def elb(self) -> Any:
        return self.client("elbv2")

    @cached_property
    def ecs(self) -> Any:
        return self.client("ecs")

    def build(self) -> None:
        self._make_network()
        self._make_load_balancer()
        self.ecs.create_cluster(clusterName="tokyo")
        for variant, version in (("stable", STABLE), ("canary", CANARY)):
            self._make_service(variant, version)
        for arn in self.groups.values():
            eventually(lambda arn=arn: self.healthy(arn) == 2, f"health of {arn}")

    def healthy(self, arn: str) -> int:
        found = self.elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return sum(each["TargetHealth"]["State"] == "healthy" for each in found)

    def _make_network(self) -> None:
        ec2 = self.client("ec2")
        self.vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc_id)
        (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.vpc_id]}])["RouteTables"]
        ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
        self.subnet_ids = [
            ec2.create_subnet(VpcId=self.vpc_id, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for index, zone in enumerate(zones)
        ]
        self.group_id = ec2.create_security_group(GroupName="all", Description="all", VpcId=self.vpc_id)["GroupId"]
        anything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
        ec2.authorize_security_group_ingress(GroupId=self.group_id, IpPermissions=anything)

    def _make_load_balancer(self) -> None:
        made = self.elb.create_load_balancer(
            Name="tokyo-services-1",
            Subnets=self.subnet_ids,
            SecurityGroups=[self.group_id],
            Scheme="internal",
            Type="application",
        )["LoadBalancers"][0]
        self.balancer_arn, self.balancer_name = made["LoadBalancerArn"], made["DNSName"]
        page = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer_arn, Port=80, Protocol="HTTP", DefaultActions=page
        )["Listeners"][0]["ListenerArn"]
        self.groups = {variant: self._make_group(variant) for variant in ("stable", "canary")}
        weighted = zip(self.groups.values(), (100, 0), strict=True)
        forward = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weighted]}
        self.elb.create_rule(
            ListenerArn=listener,
            Priority=100,
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [HOST]}}],
            Actions=[{"Type": "forward", "ForwardConfig": forward}],
            Tags=tags(),
        )

    def _make_group(self, variant: str) -> str:
        made = self.elb.create_target_group(
            Name=f"tokyo-orders-{variant}",
            Protocol="HTTP",
            Port=8080,
            VpcId=self.vpc_id,
            TargetType="ip",
            HealthCheckPath="/healthz",
            HealthyThresholdCount=2,
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            Tags=tags(privatelink_variant=variant),
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def _network(self) -> dict[str, Any]:
        return {
            "awsvpcConfiguration": {
                "subnets": self.subnet_ids,
                "securityGroups": [self.group_id],
                "assignPublicIp": "ENABLED",
            }
        }

    def _define(self, family: str, image: str, **container: Any) -> str:
        made = self.ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=ROLE,
            containerDefinitions=[{"name": "app", "image": image, **container}],
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    def _make_service(self, variant: str, version: str) -> None:
        definition = self._define(
            f"tokyo-orders-{variant}",
            f"shop/orders:{version}",
            portMappings=[{"containerPort": 8080}],
            environment=[{"name": "RESPONSE_SECONDS", "value": str(THINKS)}],
        )
        balanced = {"targetGroupArn": self.groups[variant], "containerName": "app", "containerPort": 8080}
        self.ecs.create_service(
            cluster="tokyo",
            serviceName=f"tokyo-orders-{variant}",
            taskDefinition=definition,
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration=self._network(),
            loadBalancers=[balanced],
        )

    def send(self, number: int, connections: int = 8, **headers: str) -> dict[str, Any]:
        """Real requests from a task in the VPC; what it saw."""
        words = [f"{name.replace('_', '-')}={value}" for name, value in headers.items()]
        command = [sys.executable, str(CLIENT), self.balancer_name, HOST, str(number), str(connections), *words]
        definition = self._define("client", "twoway/probe:1", command=command)
        task = self.ecs.run_task(
            cluster="tokyo", taskDefinition=definition, launchType="FARGATE", networkConfiguration=self._network()
        )["tasks"][0]["taskArn"]

        def stopped() -> bool:
            (told,) = self.ecs.describe_tasks(cluster="tokyo", tasks=[task])["tasks"]
            return told["lastStatus"] == "STOPPED"

        eventually(stopped, "the end of the client")
        log = self.options.state_dir / "workloads" / f"{task.rpartition('/')[2]}.app.log"
        return json.loads(log.read_text().splitlines()[-1])

    def measured(self, name: str, stat: str, variant: str, begin: float, end: float) -> float | None:
        """Of the whole stretch, in one period; None where CloudWatch has nothing."""
        where = {
            "LoadBalancer": self.balancer_arn.rpartition("loadbalancer/")[2],
            "TargetGroup": self.groups[variant].rpartition(":")[2],
        }
        metric = {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in where.items()],
        }
        begin = begin - begin % 60
        period = 60 * (1 + int((end - begin) // 60))
        (result,) = self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}],
            StartTime=datetime.fromtimestamp(begin, UTC),
            EndTime=datetime.fromtimestamp(begin + period, UTC),
        )["MetricDataResults"]
        return result["Values"][0] if result["Values"] else None

    def run_module(self, name: str, **options: Any) -> dict[str, Any]:
        """As an operator does, in a process of its own."""
        account = self.facts["accounts"]["public"]
        connection = {
            "endpoint_url": self.facts["endpoint_url"],
            "region": self.facts["region"],
            "access_key": account["access_key"],
            "secret_key": account["secret_key"],
        }
        arguments = json.dumps({**connection, **options})
        command = ["ansible", "localhost", "-m", f"twoway.privatelink.{name}", "-a", arguments]
        as_json = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=as_json)
        _status, arrow, told = done.stdout.partition("=> ")
        assert arrow, done.stdout + done.stderr
        return json.loads(told)

    def close(self) -> None:
        launch.down(self.options)
