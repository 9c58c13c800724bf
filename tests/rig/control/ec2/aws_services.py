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

from rig import regions
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
WITH_GATEWAY = ("s3", "dynamodb")
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html, 2026-11
_CROSS_REGION = (
    *("s3", "ecr.api", "ecr.dkr", "kms", "kms-fips", "ecs", "lambda"),
    *("kinesis-firehose", "kinesisanalytics", "kinesisanalytics-fips"),
)
# Some services lack a zone here or there. One stands for them: github.com/terraform-aws-modules/terraform-aws-vpc
# issue 785 tells of it in us-east-1.
_LACKS_THE_LAST_ZONE = ("email-smtp",)


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
        suffix = regions.partition_of(self.region).dns_suffix
        return f"{self.host.removeprefix('*.')}.{self.region}.vpce.{suffix}"

    @property
    def private_dns_names(self) -> tuple[str, ...]:
        if self.type == "Gateway":
            return ()
        name = regions.host(self.host, self.region)
        return (name.removeprefix("*."), name) if name.startswith("*.") else (name,)

    @property
    def verified_private_dns_name(self) -> str | None:
        return self.private_dns_names[-1] if self.private_dns_names else None

    @property
    def zone_ids(self) -> list[str]:
        everywhere = sorted(zone.zone_id for zone in zones.of_account("0", self.region))
        return everywhere[:-1] if self.short_name in _LACKS_THE_LAST_ZONE else everywhere

    @property
    def has_both_types(self) -> bool:
        return self.short_name in WITH_GATEWAY

    @property
    def tags(self) -> dict[str, str]:
        return {}

    def admits(self, _caller: object) -> bool:
        return True

    def reached_from(self, region: str) -> bool:
        return region == self.region or (self.type == "Interface" and self.short_name in _CROSS_REGION)

    def detail(self, viewer_account_id: str, viewer_region: str) -> dict[str, Any]:
        near = zones.of_account(viewer_account_id, self.region) if viewer_region == self.region else []
        private = [{"PrivateDnsName": name} for name in self.private_dns_names]
        return {
            "ServiceName": self.name,
            "ServiceId": self.id,
            "ServiceType": [{"ServiceType": self.type}],
            "ServiceRegion": self.region,
            "AvailabilityZoneIds": self.zone_ids if near else [],
            "AvailabilityZones": [zone.name for zone in near if zone.zone_id in self.zone_ids],
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
        if short_name in WITH_GATEWAY:
            yield AwsService(short_name=short_name, region=region, type="Gateway")
        yield AwsService(short_name=short_name, region=region)
