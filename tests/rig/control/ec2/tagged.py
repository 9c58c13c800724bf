"""The Resource Groups Tagging API's view of what the extension adds.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html has the ARNs.
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.resource_tagging import TaggedResource

from rig.control.ec2 import backends, tagging
from rig.control.ec2.errors import refuse


class TaggedResources:
    """Mixed into the backend, in front of moto's own methods."""

    @property
    def provided_connections(self) -> set[str]:
        """Ids of the connections to this account's endpoint services: they are the provider's to tag."""
        services = set(map(id, self.endpoint_services.values()))
        return {endpoint.connection_id for endpoint in backends.endpoints() if id(endpoint.service) in services}

    def do_resources_exist(self, resource_ids: list[str]) -> bool:
        connections = [one for one in resource_ids if tagging.prefix_of(one) == tagging.CONNECTION_PREFIX]
        for one in connections:
            if one not in self.provided_connections:
                refuse("InvalidID", f"The ID '{one}' is not valid")
        return super().do_resources_exist([one for one in resource_ids if one not in connections])

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        yield from super().iter_tagged_resources()
        added = {
            "vpc-endpoint": self.endpoints,
            "vpc-endpoint-service": self.endpoint_services,
            tagging.CONNECTION: self.provided_connections,
            "elastic-ip": {address.allocation_id for address in self.addresses},
        }
        for kind, resource_ids in added.items():
            for resource_id in resource_ids:
                yield TaggedResource(
                    arn=f"arn:{self.partition}:ec2:{self.region_name}:{self.account_id}:{kind}/{resource_id}",
                    tags=dict(self.tags.get(resource_id, {})),
                    resource_type=f"ec2:{kind}",
                )
