"""The Resource Groups Tagging API's view of what the extension adds.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html has the ARNs.
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.resource_tagging import TaggedResource


class TaggedResources:
    """Mixed into the backend, in front of moto's own methods."""

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        yield from super().iter_tagged_resources()
        added = {
            "vpc-endpoint": self.endpoints,
            "vpc-endpoint-service": self.endpoint_services,
            "elastic-ip": {address.allocation_id for address in self.addresses},
        }
        for kind, resource_ids in added.items():
            for resource_id in resource_ids:
                yield TaggedResource(
                    arn=f"arn:{self.partition}:ec2:{self.region_name}:{self.account_id}:{kind}/{resource_id}",
                    tags=dict(self.tags.get(resource_id, {})),
                    resource_type=f"ec2:{kind}",
                )
