"""A VPC endpoint: what a consumer holds, and its connection as the provider sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rig.control.ec2 import backends, ids, tagging
from rig.control.ec2.endpoint_service import EndpointService

if TYPE_CHECKING:
    from rig.control.ec2.interfaces import Interface
    from rig.control.ec2.service_catalogue import Service

FULL_ACCESS = {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}
# One per region in AWS; clients only pass them on to Route 53.
PUBLIC_ZONE = "Z2E726K9Y6RL4W"
PRIVATE_ZONE = "Z08212413G7TEMPRIVATE"


@dataclass(kw_only=True, eq=False)
class Endpoint:
    """`interfaces` are by subnet id. The state is AWS's own word: pendingAcceptance, pending, available,
    deleting, deleted, rejected, failed, expired, partial."""

    account_id: str
    region: str
    vpc_id: str
    type: str
    service: Service
    state: str = "pending"
    policy: str = field(default_factory=lambda: json.dumps(FULL_ACCESS))
    interfaces: dict[str, Interface] = field(default_factory=dict)
    group_ids: list[str] = field(default_factory=list)
    route_table_ids: list[str] = field(default_factory=list)
    prefix_list_id: str | None = None
    private_dns_enabled: bool = False
    ip_address_type: str = "ipv4"
    dns_record_ip_type: str = "ipv4"
    only_inbound_resolver: bool | None = None
    id: str = field(default_factory=lambda: ids.new("vpce"))
    connection_id: str = field(default_factory=lambda: ids.new("vpce-con"))
    dns_label: str = field(default_factory=ids.dns_label)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    load_balancer_arns: list[str] = field(default_factory=list)
    failure: str | None = None
    payer: str | None = None

    def __post_init__(self) -> None:
        self.load_balancer_arns = list(self.service.load_balancer_arns)

    # moto's route tables and tags know an endpoint by these names.
    @property
    def vpc_endpoint_type(self) -> str:
        return self.type

    @property
    def service_name(self) -> str:
        return self.service.name

    @property
    def provided_service(self) -> EndpointService | None:
        """The customer's endpoint service behind this endpoint; None for AWS's own services."""
        return self.service if isinstance(self.service, EndpointService) else None

    @property
    def tags(self) -> dict[str, str]:
        return dict(backends.of(self.account_id, self.region).tags.get(self.id, {}))

    @property
    def available(self) -> bool:
        return self.state == "available"

    @property
    def dns_names(self) -> dict[str, tuple[str, ...]]:
        """Addresses by public name: the regional name, then one name per zone.

        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html
        """
        if self.type != "Interface":
            return {}
        prefix = "*." if getattr(self.service, "short_name", "") == "s3" else ""
        stem, base = f"{prefix}{self.id}-{self.dns_label}", self.service.base_dns_name
        ordered = sorted(self.interfaces.values(), key=lambda interface: interface.availability_zone)
        names = {f"{stem}.{base}": tuple(interface.private_ip_address for interface in ordered)}
        for interface in ordered:
            names[f"{stem}-{interface.availability_zone}.{base}"] = (interface.private_ip_address,)
        return names

    @property
    def private_dns_names(self) -> tuple[str, ...]:
        if not self.private_dns_enabled:
            return ()
        names = getattr(self.service, "private_dns_names", None)
        return names or (self.service.verified_private_dns_name,)

    def rendered(self) -> dict[str, Any]:
        """As DescribeVpcEndpoints shows it to the consumer."""
        home = backends.of(self.account_id, self.region)
        groups = [home.get_security_group_from_id(group_id) for group_id in self.group_ids]
        return {
            "VpcEndpointId": self.id,
            "VpcEndpointType": self.type,
            "VpcId": self.vpc_id,
            "ServiceName": self.service.name,
            "State": self.state,
            "PolicyDocument": self.policy,
            "RouteTableIds": self.route_table_ids,
            "SubnetIds": list(self.interfaces),
            "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in groups if group],
            "IpAddressType": self.ip_address_type,
            "DnsOptions": self.dns_options(),
            "PrivateDnsEnabled": self.private_dns_enabled,
            "RequesterManaged": False,
            "NetworkInterfaceIds": [interface.id for interface in self.interfaces.values()],
            "DnsEntries": self.dns_entries(),
            "CreationTimestamp": self.created,
            "Tags": tagging.rendered(self.tags),
            "OwnerId": self.account_id,
            "LastError": {"Code": "InternalError", "Message": self.failure} if self.failure else None,
            "FailureReason": self.failure,
            "ServiceRegion": self.service.region,
            "PayerResponsibilities": self.payers(),
        }

    def dns_options(self) -> dict[str, Any]:
        if self.type == "GatewayLoadBalancer":
            return {}
        only = self.only_inbound_resolver
        shown = {} if only is None else {"PrivateDnsOnlyForInboundResolverEndpoint": only}
        return {"DnsRecordIpType": self.dns_record_ip_type, **shown}

    def payers(self) -> list[dict[str, str]]:
        return [{"Scope": "vpc-endpoint-charges", "PayerResponsibilityType": self.payer}] if self.payer else []

    def dns_entries(self) -> list[dict[str, str]]:
        public = [{"DnsName": name, "HostedZoneId": PUBLIC_ZONE} for name in self.dns_names]
        private = [{"DnsName": name, "HostedZoneId": PRIVATE_ZONE} for name in self.private_dns_names]
        return public + private

    def connection(self) -> dict[str, Any]:
        """As DescribeVpcEndpointConnections shows it to the provider; the consumer's tags stay with the consumer."""
        service = self.provided_service
        gateway = service.gateway_load_balancers
        return {
            "ServiceId": service.id,
            "VpcEndpointId": self.id,
            "VpcEndpointOwner": self.account_id,
            "VpcEndpointState": self.state,
            "CreationTimestamp": self.created,
            "DnsEntries": self.dns_entries(),
            "GatewayLoadBalancerArns" if gateway else "NetworkLoadBalancerArns": self.load_balancer_arns,
            "IpAddressType": self.ip_address_type,
            "VpcEndpointConnectionId": self.connection_id,
            "Tags": tagging.rendered(self.connection_tags),
            "VpcEndpointRegion": self.region,
            "PayerResponsibilities": self.payers(),
        }

    @property
    def connection_tags(self) -> dict[str, str]:
        service = self.provided_service
        return dict(backends.of(service.account_id, service.region).tags.get(self.connection_id, {}))
