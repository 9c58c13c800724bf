"""What runs there: a web shop that faces the Internet; on the isolated side a ledger, jobs, desktops and a printer."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from rig.pki import Pki

from e2e import sandbox

from .network import Network, group, tagged

HOST = "shop.example"
RESPONDER = Path(__file__).with_name("responder.py")
IMAGE = "ami-0123456789abcdef0"


def make_shop(network: Network) -> dict[str, str]:
    """Public side: CloudFront, an internet-facing Application Load Balancer, and an instance behind it."""
    ec2, elbv2 = sandbox.client("public", "ec2"), sandbox.client("public", "elbv2")
    web = _instance(ec2, network.private_subnet_ids[0], group(ec2, network.vpc_id, "web", 8080), "web", 8080)
    door = group(ec2, network.vpc_id, "shop-front", 443, cidr="0.0.0.0/0")
    alb = _balancer(elbv2, "shop-front", network.public_subnet_ids, "application", "internet-facing", door)
    _lead(elbv2, alb, network.vpc_id, ("HTTPS", 443), ("HTTP", 8080, "instance", web["InstanceId"]))
    return {"alb": alb["LoadBalancerArn"], "alb_dns": alb["DNSName"], "distribution": _distribution(alb["DNSName"])}


def make_back_office(network: Network) -> dict[str, str]:
    """Isolated side: nothing of it has a way to the Internet."""
    ec2, elbv2 = sandbox.client("isolated", "ec2"), sandbox.client("isolated", "elbv2")
    first, second = network.private_subnet_ids
    ledger = _instance(ec2, first, group(ec2, network.vpc_id, "ledger", 5432), "ledger", 5432)
    door = group(ec2, network.vpc_id, "ledger-front", 5432)
    nlb = _balancer(elbv2, "ledger-front", network.private_subnet_ids, "network", "internal", door)
    # Its team shut the world out; PrivateLink's traffic is judged by the endpoints' groups instead.
    elbv2.set_security_groups(
        LoadBalancerArn=nlb["LoadBalancerArn"],
        SecurityGroups=[door],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
    )
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=nlb["LoadBalancerArn"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
    )
    _lead(elbv2, nlb, network.vpc_id, ("TCP", 5432), ("TCP", 5432, "ip", ledger["PrivateIpAddress"]))
    desk = group(ec2, network.vpc_id, "desktops", 3389)
    for subnet_id in (first, second):
        _instance(ec2, subnet_id, desk, "desktop", 3389)
    printer = _instance(ec2, second, group(ec2, network.vpc_id, "printer", 9100), "printer", 9100)
    _jobs(ec2, network, group(ec2, network.vpc_id, "jobs", 9000))
    return {"printer": printer["PrivateIpAddress"]}


def user_data(kind: str, port: int) -> str:
    ports = json.dumps({port: kind})
    return f"#!/bin/bash\nexport PORTS='{ports}'\nexec python3 - <<'END'\n{RESPONDER.read_text()}END\n"


def _instance(ec2: Any, subnet_id: str, group_id: str, kind: str, port: int) -> dict[str, Any]:
    (made,) = ec2.run_instances(
        ImageId=IMAGE,
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet_id,
        SecurityGroupIds=[group_id],
        UserData=user_data(kind, port),
        TagSpecifications=tagged("instance", role=kind),
    )["Instances"]
    ec2.get_waiter("instance_running").wait(
        InstanceIds=[made["InstanceId"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return made


def _balancer(elbv2: Any, name: str, subnet_ids: list[str], kind: str, scheme: str, group_id: str) -> dict[str, Any]:
    (made,) = elbv2.create_load_balancer(
        Name=name,
        Type=kind,
        Scheme=scheme,
        Subnets=subnet_ids,
        SecurityGroups=[group_id],
        Tags=[{"Key": "team", "Value": "platform"}],
    )["LoadBalancers"]
    elbv2.get_waiter("load_balancer_available").wait(
        LoadBalancerArns=[made["LoadBalancerArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return made


def _lead(
    elbv2: Any, balancer: dict[str, Any], vpc_id: str, door: tuple[str, int], to: tuple[str, int, str, str]
) -> None:
    """A listener (protocol, port) to a target group (protocol, port, type) with one target."""
    (protocol, port), (spoken, at, kind, target) = door, to
    name = balancer["LoadBalancerName"]
    wanted = {"Name": name, "Protocol": spoken, "Port": at, "VpcId": vpc_id, "TargetType": kind}
    arn = elbv2.create_target_group(**wanted)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": target}])
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol=protocol,
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        **({"Certificates": [{"CertificateArn": _certificate()}]} if protocol == "HTTPS" else {}),
    )


def _certificate() -> str:
    """For the public host, from an authority that everybody trusts."""
    issued = Pki(sandbox.directory() / "pki").public.issue([HOST])
    return sandbox.client("public", "acm").import_certificate(
        Certificate=issued.chain_pem.encode(), PrivateKey=issued.key_pem.encode()
    )["CertificateArn"]


def _distribution(origin: str) -> str:
    config = {
        "CallerReference": "shop",
        "Comment": "shop",
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [HOST]},
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "alb",
                    "DomainName": origin,
                    "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "alb",
            "ViewerProtocolPolicy": "https-only",
            "ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "none"}},
        },
    }
    made = sandbox.client("public", "cloudfront").create_distribution(DistributionConfig=config)
    return made["Distribution"]["Id"]


def _jobs(ec2: Any, network: Network, group_id: str) -> None:
    data = {
        "ImageId": IMAGE,
        "InstanceType": "t3.micro",
        "SecurityGroupIds": [group_id],
        "UserData": base64.b64encode(user_data("web", 9000).encode()).decode(),
    }
    ec2.create_launch_template(LaunchTemplateName="jobs", LaunchTemplateData=data)
    sandbox.client("isolated", "autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="jobs",
        MinSize=1,
        MaxSize=2,
        LaunchTemplate={"LaunchTemplateName": "jobs", "Version": "$Latest"},
        VPCZoneIdentifier=",".join(network.private_subnet_ids),
    )
