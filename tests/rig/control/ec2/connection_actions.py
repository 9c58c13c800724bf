"""The provider's view of the endpoints made to its services, and its word on each."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult

from rig.control.ec2 import backends, lifecycle, queries
from rig.control.ec2.actions import Actions
from rig.control.ec2.endpoint import Endpoint
from rig.control.ec2.errors import no_such_endpoint, no_such_service_id, refuse, unsuccessful

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html: no tags among them.
_GETTERS = {
    "ip-address-type": lambda endpoint: endpoint.ip_address_type,
    "service-id": lambda endpoint: endpoint.service.id,
    "vpc-endpoint-id": lambda endpoint: endpoint.id,
    "vpc-endpoint-owner": lambda endpoint: endpoint.account_id,
    "vpc-endpoint-region": lambda endpoint: endpoint.region,
    "vpc-endpoint-state": lambda endpoint: endpoint.state,
}
_PAYERS = frozenset({"vpc-endpoint-account", "vpc-endpoint-service-account"})
_ACCEPTABLE = frozenset({"pendingAcceptance", "rejected"})
_REJECTABLE = frozenset({"pendingAcceptance", "pending", "available", "partial"})


class ConnectionActions(Actions):
    def describe_vpc_endpoint_connections(self) -> ActionResult:
        found = [entry for entry in backends.endpoints() if self._provides(entry)]
        chosen = queries.select(found, self.listed("Filters"), _GETTERS)
        shown, token = queries.page(chosen, self.request)
        return ActionResult({"VpcEndpointConnections": [entry.connection() for entry in shown], "NextToken": token})

    def accept_vpc_endpoint_connections(self) -> ActionResult:
        failed = []
        for endpoint_id, endpoint in self._addressed():
            if endpoint is None:
                failed.append(_unknown(endpoint_id))
            elif endpoint.state in _ACCEPTABLE:
                lifecycle.provision(endpoint)
            elif endpoint.state not in ("pending", "available"):
                failed.append(_wrong_state(endpoint, "accepted"))
        return ActionResult({"Unsuccessful": failed})

    def reject_vpc_endpoint_connections(self) -> ActionResult:
        failed = []
        for endpoint_id, endpoint in self._addressed():
            if endpoint is None:
                failed.append(_unknown(endpoint_id))
            elif endpoint.state in _REJECTABLE:
                lifecycle.reject(endpoint)
            elif endpoint.state != "rejected":
                failed.append(_wrong_state(endpoint, "rejected"))
        return ActionResult({"Unsuccessful": failed})

    def modify_vpc_endpoint_payer_responsibility(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointPayerResponsibility.html"""
        wanted, scope = self.required("PayerResponsibility"), self.required("Scope")
        endpoint_id = self.required("VpcEndpointId")
        endpoint = next((one for one in backends.endpoints() if one.id == endpoint_id and self._provides(one)), None)
        if endpoint is None or self.request.get("ServiceId") not in (None, endpoint.service.id):
            no_such_endpoint(endpoint_id)
        if scope != "vpc-endpoint-charges" or wanted not in _PAYERS:
            refuse("InvalidParameterValue", f"{wanted} cannot pay for {scope} of an interface endpoint")
        endpoint.payer = wanted
        return ActionResult({"VpcEndpointId": endpoint.id, "PayerResponsibilities": endpoint.payers()})

    def _provides(self, endpoint: Endpoint) -> bool:
        service = endpoint.provided_service
        return bool(service) and (service.account_id, service.region) == (self.current_account, self.region)

    def _addressed(self) -> list[tuple[str, Endpoint | None]]:
        """The endpoints the call names; None for those that are not connected to the service."""
        service_id = self.required("ServiceId")
        if service_id not in self.home.endpoint_services:
            no_such_service_id(service_id)
        connected = {entry.id: entry for entry in backends.endpoints() if entry.service.id == service_id}
        return [(endpoint_id, connected.get(endpoint_id)) for endpoint_id in self.required("VpcEndpointIds")]


def _unknown(endpoint_id: str) -> dict[str, Any]:
    return unsuccessful(
        endpoint_id, "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
    )


def _wrong_state(endpoint: Endpoint, done: str) -> dict[str, Any]:
    message = f"The VPC endpoint connection {endpoint.id} is {endpoint.state} and cannot be {done}"
    return unsuccessful(endpoint.id, "InvalidState", message)
