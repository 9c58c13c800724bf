"""What another team has in a VPC, made by plain boto3: load balancers, a fleet, instances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .conftest import imported_certificate

HERE = "isolated"
FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]


@dataclass
class Theirs:
    """Another team's VPC and what runs in it, made by plain boto3. Its groups let the whole VPC in at `port`s."""

    cloud: Any
    vpc_id: str
    subnet_ids: list[str]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def ec2(self) -> Any:
        return self.cloud.client("ec2", HERE)

    @property
    def elbv2(self) -> Any:
        return self.cloud.client("elbv2", HERE)

    def group(self, name: str, *ports: int, cidr: str = "10.0.0.0/16") -> str:
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc_id)["GroupId"]
        for port in ports:
            allowed = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
            self.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[allowed])
        return made

    def alb(self, name: str = "shop", port: int = 443, **group: Any) -> str:
        made = self.elbv2.create_load_balancer(
            Name=name,
            Type="application",
            Scheme="internal",
            Subnets=self.subnet_ids,
            SecurityGroups=[self.group(name, port, **group)],
        )["LoadBalancers"][0]["LoadBalancerArn"]
        shown = [{"CertificateArn": imported_certificate(self.cloud)}]
        wanted = {"LoadBalancerArn": made, "Port": port, "Protocol": "HTTPS", "Certificates": shown}
        self.elbv2.create_listener(**wanted, DefaultActions=FIXED)
        return made

    def nlb(self, name: str = "ledger", port: int = 5432, groups: Any = (), **more: Any) -> str:
        wanted = {"Name": name, "Type": "network", "Scheme": "internal", "Subnets": self.subnet_ids, **more}
        made = self.elbv2.create_load_balancer(**wanted, SecurityGroups=list(groups))["LoadBalancers"][0]
        target_group = self.elbv2.create_target_group(
            Name=name, TargetType="ip", Protocol="TCP", Port=port, VpcId=self.vpc_id
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Port=port,
            Protocol="TCP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
        )
        return made["LoadBalancerArn"]

    def instance(self, name: str = "desktop", port: int = 3389, **group: Any) -> str:
        made = self.ec2.run_instances(
            ImageId="ami-0123456789abcdef0",
            MinCount=1,
            MaxCount=1,
            SubnetId=self.subnet_ids[0],
            SecurityGroupIds=[self.group(name, port, **group)],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": name}]}],
        )["Instances"][0]
        self.ids[name] = made["PrivateIpAddress"]
        return made["InstanceId"]

    def auto_scaling_group(self, name: str = "jobs", **more: Any) -> str:
        data = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
        template = self.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"]
        wanted = {"AutoScalingGroupName": name, "MinSize": 0, "MaxSize": 2, **more}
        self.cloud.client("autoscaling", HERE).create_auto_scaling_group(
            LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"]},
            VPCZoneIdentifier=",".join(self.subnet_ids),
            **wanted,
        )
        return name

    def settle(self) -> None:
        self.cloud.time.advance(60)
