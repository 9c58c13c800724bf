"""The consumer's calls: VPC endpoints, and the services it may make them to."""

from __future__ import annotations

from moto.core.responses import ActionResult

from rig.control.ec2 import lifecycle, queries, service_catalogue, tagging
from rig.control.ec2.actions import Rendered
from rig.control.ec2.endpoint import Endpoint
from rig.control.ec2.endpoint_settings import EndpointSettings
from rig.control.ec2.errors import no_such_endpoint, refuse, unsuccessful

_GETTERS = {
    "ip-address-type": lambda endpoint: endpoint.ip_address_type,
    "service-name": lambda endpoint: endpoint.service.name,
    "service-region": lambda endpoint: endpoint.service.region,
    "vpc-id": lambda endpoint: endpoint.vpc_id,
    "vpc-endpoint-id": lambda endpoint: endpoint.id,
    "vpc-endpoint-state": lambda endpoint: endpoint.state,
    "vpc-endpoint-type": lambda endpoint: endpoint.type,
}
_SERVICE_GETTERS = {
    "owner": lambda service: service.account_id,
    "service-name": lambda service: service.name,
    "service-region": lambda service: service.region,
    "service-type": lambda service: service.type,
    "supported-ip-address-types": lambda service: service.supported_ip_address_types,
}


class EndpointActions(EndpointSettings):
    def create_vpc_endpoint(self) -> ActionResult:
        vpc = self.home.get_vpc(self.required("VpcId"))
        endpoint_type = self.request.get("VpcEndpointType") or "Gateway"
        region = self.request.get("ServiceRegion") or self.region
        service = service_catalogue.for_endpoint(
            self.required("ServiceName"), endpoint_type, self.caller, self.region, region
        )
        tags = tagging.requested(self.request, "vpc-endpoint")
        endpoint = Endpoint(
            account_id=self.current_account, region=self.region, vpc_id=vpc.id, type=endpoint_type, service=service
        )
        self.furnish(endpoint)
        self.home.endpoints[endpoint.id] = endpoint
        self.home.create_tags([endpoint.id], tags)
        lifecycle.begin(endpoint)
        token = self.request.get("ClientToken")
        return Rendered(lambda: {"VpcEndpoint": endpoint.rendered(), "ClientToken": token})

    def describe_vpc_endpoints(self) -> ActionResult:
        wanted = self.listed("VpcEndpointIds")
        found = [self._endpoint(endpoint_id) for endpoint_id in wanted] or list(self.home.endpoints.values())
        chosen = queries.select(found, self.listed("Filters"), _GETTERS, lambda endpoint: endpoint.tags)
        shown, token = queries.page(chosen, self.request)
        return ActionResult({"VpcEndpoints": [endpoint.rendered() for endpoint in shown], "NextToken": token})

    def modify_vpc_endpoint(self) -> ActionResult:
        endpoint = self._endpoint(self.required("VpcEndpointId"))
        if endpoint.state in ("deleting", "deleted"):
            refuse("InvalidState", f"The VPC endpoint {endpoint.id} is {endpoint.state}")
        self.change(endpoint)
        return ActionResult({"Return": True})

    def delete_vpc_endpoints(self) -> ActionResult:
        failed = []
        for endpoint_id in self.required("VpcEndpointIds"):
            endpoint = self.home.endpoints.get(endpoint_id)
            if endpoint:
                lifecycle.delete(endpoint)
            else:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", message))
        return ActionResult({"Unsuccessful": failed})

    def describe_vpc_endpoint_services(self) -> ActionResult:
        asked = (self.caller, self.region, self.listed("ServiceRegions"))
        found = [one for name in self.listed("ServiceNames") for one in service_catalogue.named(name, *asked)]
        services = found or list(service_catalogue.visible(*asked))
        chosen = queries.select(services, self.listed("Filters"), _SERVICE_GETTERS, lambda service: service.tags)
        shown, token = queries.page(sorted(chosen, key=lambda service: service.name), self.request)
        details = [service.detail(self.current_account, self.region) for service in shown]
        return ActionResult(
            {
                "ServiceNames": sorted({detail["ServiceName"] for detail in details}),
                "ServiceDetails": details,
                "NextToken": token,
            }
        )

    def _endpoint(self, endpoint_id: str) -> Endpoint:
        return self.home.endpoints.get(endpoint_id) or no_such_endpoint(endpoint_id)
