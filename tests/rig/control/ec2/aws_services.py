"""AWS's own services as endpoint services: com.amazonaws.<region>.<short name>.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES

from rig.control.ec2 import zones

# Where the host name is not the short name (dotted names read backwards: ecr.api is api.ecr).
_HOSTS = {
    "ecr.dkr": "*.dkr.ecr",
    "ecs-agent": "ecs-a",
    "ecs-telemetry": "ecs-t",
    "execute-api": "*.execute-api",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "s3": "*.s3",
}
_WITH_GATEWAY = ("s3", "dynamodb")


@dataclass(frozen=True, kw_only=True)
class AwsService:
    short_name: str
    region: str
    type: str = "Interface"

    account_id = "amazon"
    state = "Available"
    acceptance_required = False
    load_balancer_arns = ()
    supported_ip_address_types = ("ipv4",)

    @property
    def name(self) -> str:
        return f"com.amazonaws.{self.region}.{self.short_name}"

    @cached_property
    def id(self) -> str:
        digits = "".join(f"{crc32(f'{salt}{self.name}{self.type}'.encode()):08x}" for salt in "ab")
        return f"vpce-svc-0{digits}"

    @property
    def host(self) -> str:
        return _HOSTS.get(self.short_name) or ".".join(reversed(self.short_name.split(".")))

    @property
    def base_dns_name(self) -> str:
        return f"{self.host.removeprefix('*.')}.{self.region}.vpce.amazonaws.com"

    @property
    def private_dns_names(self) -> tuple[str, ...]:
        if self.type == "Gateway":
            return ()
        name = f"{self.host}.{self.region}.amazonaws.com"
        return (name.removeprefix("*."), name) if name.startswith("*.") else (name,)

    @property
    def verified_private_dns_name(self) -> str | None:
        return self.private_dns_names[-1] if self.private_dns_names else None

    @property
    def zone_ids(self) -> list[str]:
        return sorted(zone.zone_id for zone in zones.of_account("0", self.region))

    @property
    def tags(self) -> dict[str, str]:
        return {}

    def admits(self, _caller: object) -> bool:
        return True

    def detail(self, viewer_account_id: str) -> dict[str, Any]:
        private = [{"PrivateDnsName": name} for name in self.private_dns_names]
        return {
            "ServiceName": self.name,
            "ServiceId": self.id,
            "ServiceType": [{"ServiceType": self.type}],
            "ServiceRegion": self.region,
            "AvailabilityZoneIds": self.zone_ids,
            "AvailabilityZones": [zone.name for zone in zones.of_account(viewer_account_id, self.region)],
            "Owner": "amazon",
            "BaseEndpointDnsNames": [self.base_dns_name],
            "PrivateDnsName": self.verified_private_dns_name,
            "PrivateDnsNames": private,
            "PrivateDnsNameVerificationState": "verified" if private else None,
            "VpcEndpointPolicySupported": True,
            "AcceptanceRequired": False,
            "ManagesVpcEndpoints": False,
            "Tags": [],
            "SupportedIpAddressTypes": ["ipv4"],
        }


def of_region(region: str) -> Iterator[AwsService]:
    for short_name in sorted(set(AWS_ENDPOINT_SERVICES)):
        if short_name in _WITH_GATEWAY:
            yield AwsService(short_name=short_name, region=region, type="Gateway")
        yield AwsService(short_name=short_name, region=region)
