"""Names that the tests of this folder share."""

from __future__ import annotations

MODULE, HERE = "endpoint_service", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
PUBLIC, OTHER = "arn:aws:iam::111111111111:root", "arn:aws:iam::333333333333:root"
HOME, FAR = "ap-northeast-1", "eu-west-1"
NAME = "orders.tokyo.twoway.example"
TOPIC, OTHER_TOPIC = (f"arn:aws:sns:{HOME}:222222222222:{name}" for name in ("endpoints", "others"))

LIST, PRINCIPALS = "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointServicePermissions"
ZONES, NOTIFICATIONS = "DescribeLoadBalancers", "DescribeVpcEndpointConnectionNotifications"
CONNECTIONS = "DescribeVpcEndpointConnections"
NOTHING_TO_DO = [LIST, PRINCIPALS, ZONES]

CREATE, DELETE = "CreateVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations"
MODIFY, PERMIT = "ModifyVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions"
PAY, VERIFY = "ModifyVpcEndpointServicePayerResponsibility", "StartVpcEndpointServicePrivateDnsVerification"
NOTIFY, RENOTIFY = "CreateVpcEndpointConnectionNotification", "ModifyVpcEndpointConnectionNotification"
UNNOTIFY, REJECT = "DeleteVpcEndpointConnectionNotifications", "RejectVpcEndpointConnections"
