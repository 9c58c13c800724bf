"""The provider's calls: endpoint services, their permissions, payer and private DNS name."""

from __future__ import annotations

from moto.core.responses import ActionResult

from rig.control import clock, registry
from rig.control.ec2 import backends, load_balancers, queries, tagging
from rig.control.ec2.actions import Actions, Rendered
from rig.control.ec2.endpoint_service import EndpointService, PrivateDns
from rig.control.ec2.errors import no_such_service_id, refuse, unsuccessful
from rig.control.ec2.principals import Permission

_GETTERS = {
    "service-name": lambda service: service.name,
    "service-id": lambda service: service.id,
    "service-state": lambda service: service.state,
    "supported-ip-address-types": lambda service: service.supported_ip_address_types,
}
_PERMISSION_GETTERS = {
    "permission-type": lambda permission: "vpc-endpoint",
    "principal": lambda permission: permission.principal,
    "principal-type": lambda permission: permission.type,
}


class EndpointServiceActions(Actions):
    def create_vpc_endpoint_service_configuration(self) -> ActionResult:
        network, gateway = self.listed("NetworkLoadBalancerArns"), self.listed("GatewayLoadBalancerArns")
        if bool(network) == bool(gateway):
            refuse("InvalidParameterCombination", "Either network or gateway load balancers must be specified")
        tags = tagging.requested(self.request, "vpc-endpoint-service")
        for arn in network or gateway:
            load_balancers.require(arn, "network" if network else "gateway", self.current_account)
        load_balancers.require_families(network, self.listed("SupportedIpAddressTypes"))
        if self.listed("SupportedRegions"):
            _require_default_idle_timeout(network)
        service = EndpointService(
            account_id=self.current_account,
            region=self.region,
            load_balancer_arns=network or gateway,
            gateway_load_balancers=bool(gateway),
            acceptance_required=self.flag("AcceptanceRequired", True),
            supported_ip_address_types=self.listed("SupportedIpAddressTypes") or ["ipv4"],
            other_regions=self.listed("SupportedRegions"),
        )
        self._set_private_dns(service)
        self.home.endpoint_services[service.id] = service
        self.home.create_tags([service.id], tags)
        _begin(service)
        token = self.request.get("ClientToken")
        return Rendered(lambda: {"ServiceConfiguration": service.configuration(), "ClientToken": token})

    def describe_vpc_endpoint_service_configurations(self) -> ActionResult:
        wanted = self.listed("ServiceIds")
        services = [self._service(service_id) for service_id in wanted] or self.home.endpoint_services.values()
        chosen = queries.select(services, self.listed("Filters"), _GETTERS, lambda service: service.tags)
        shown, token = queries.page(chosen, self.request)
        return ActionResult(
            {"ServiceConfigurations": [service.configuration() for service in shown], "NextToken": token}
        )

    def modify_vpc_endpoint_service_configuration(self) -> ActionResult:
        service = self._service(self.required("ServiceId"))
        regions = self.listed("AddSupportedRegions")
        balancers = self._replaced_load_balancers(service)
        if regions or service.supported_regions.remote:
            _require_default_idle_timeout(balancers)
        kept = set(service.supported_ip_address_types) - set(self.listed("RemoveSupportedIpAddressTypes"))
        types = sorted(kept | set(self.listed("AddSupportedIpAddressTypes")))
        if not service.gateway_load_balancers:
            load_balancers.require_families(balancers, types)
        service.supported_regions.change(regions, self.listed("RemoveSupportedRegions"), service.regions_in_use)
        service.load_balancer_arns = balancers
        service.acceptance_required = self.flag("AcceptanceRequired", service.acceptance_required)
        if self.flag("RemovePrivateDnsName"):
            service.private_dns = None
        self._set_private_dns(service)
        service.supported_ip_address_types = types
        service.refresh_zones()
        return ActionResult({"Return": True})

    def delete_vpc_endpoint_service_configurations(self) -> ActionResult:
        failed = []
        for service_id in self.required("ServiceIds"):
            service = self.home.endpoint_services.get(service_id)
            if service is None:
                message = f"The VpcEndpointService Id '{service_id}' does not exist"
                failed.append(unsuccessful(service_id, "InvalidVpcEndpointService.NotFound", message))
            elif service.live_connections:
                message = "Service has existing active VPC Endpoint connections!"
                failed.append(unsuccessful(service_id, "ExistingVpcEndpointConnections", message))
            else:
                _end(service)
        return ActionResult({"Unsuccessful": failed})

    def describe_vpc_endpoint_service_permissions(self) -> ActionResult:
        service = self._service(self.required("ServiceId"))
        chosen = queries.select(service.permissions, self.listed("Filters"), _PERMISSION_GETTERS)
        shown, token = queries.page(chosen, self.request)
        return ActionResult({"AllowedPrincipals": [_rendered(service, entry) for entry in shown], "NextToken": token})

    def modify_vpc_endpoint_service_permissions(self) -> ActionResult:
        """A principal that is removed keeps the endpoints it has."""
        service = self._service(self.required("ServiceId"))
        if self.request.get("PermissionType") not in (None, "vpc-endpoint"):
            refuse("NotEmulated", "not emulated: permissions for transit gateway attachments")
        removed = self.listed("RemoveAllowedPrincipals")
        known = {entry.principal for entry in service.permissions}
        wanted = dict.fromkeys(self.listed("AddAllowedPrincipals"))
        added = [Permission.to(principal) for principal in wanted if principal not in known]
        service.permissions = [*(entry for entry in service.permissions if entry.principal not in removed), *added]
        return ActionResult({"AddedPrincipals": [_rendered(service, entry) for entry in added], "ReturnValue": True})

    def modify_vpc_endpoint_service_payer_responsibility(self) -> ActionResult:
        service = self._service(self.required("ServiceId"))
        if self.required("PayerResponsibility") != "ServiceOwner":
            refuse("InvalidParameterValue", "PayerResponsibility can only be ServiceOwner")
        service.payer = "ServiceOwner"
        return ActionResult({"ReturnValue": True})

    def start_vpc_endpoint_service_private_dns_verification(self) -> ActionResult:
        service = self._service(self.required("ServiceId"))
        if service.private_dns is None:
            refuse("InvalidParameter", f"The service {service.id} does not have a private DNS name")
        service.private_dns.start_verification()
        return ActionResult({"ReturnValue": True})

    def _service(self, service_id: str) -> EndpointService:
        return self.home.endpoint_services.get(service_id) or no_such_service_id(service_id)

    def _set_private_dns(self, service: EndpointService) -> None:
        name = self.request.get("PrivateDnsName")
        if name and service.gateway_load_balancers:
            # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
            refuse("InvalidParameter", "Private DNS names are not supported for Gateway Load Balancer endpoints")
        if name and (service.private_dns is None or service.private_dns.name != name):
            service.private_dns = PrivateDns(name=name)

    def _replaced_load_balancers(self, service: EndpointService) -> list[str]:
        kind = "Gateway" if service.gateway_load_balancers else "Network"
        added, removed = self.listed(f"Add{kind}LoadBalancerArns"), self.listed(f"Remove{kind}LoadBalancerArns")
        added = [arn for arn in added if arn not in service.load_balancer_arns]
        for arn in added:
            load_balancers.require(arn, kind.lower(), self.current_account)
        if removed and any(set(removed) & set(endpoint.load_balancer_arns) for endpoint in service.live_connections):
            refuse("ExistingVpcEndpointConnections", "Service has existing active VPC Endpoint connections!")
        kept = [arn for arn in service.load_balancer_arns if arn not in removed] + added
        if not kept:
            refuse("InvalidParameter", "A service must have at least one load balancer")
        return kept


def _rendered(service: EndpointService, permission: Permission) -> dict[str, object]:
    return {
        "PrincipalType": permission.type,
        "Principal": permission.principal,
        "ServicePermissionId": permission.id,
        "ServiceId": service.id,
        "PermissionType": "vpc-endpoint",
        "Tags": [],
    }


def _require_default_idle_timeout(load_balancer_arns: list[str]) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html (cross-Region access)"""
    if any(map(load_balancers.has_custom_idle_timeout, load_balancer_arns)):
        refuse("InvalidParameter", "Cross-region access needs the default TCP idle timeout on all listeners")


def _begin(service: EndpointService) -> None:
    delay = registry.settings().delay("endpoint_service")
    if delay > 0:
        service.state = "Pending"
    clock.call_later(delay, lambda: setattr(service, "state", "Available"))


def _end(service: EndpointService) -> None:
    service.state = "Deleting"
    home = backends.of(service.account_id, service.region)

    def forget() -> None:
        service.state = "Deleted"
        home.endpoint_services.pop(service.id, None)
        home.tags.pop(service.id, None)

    clock.call_later(registry.settings().delay("endpoint_service_deletion"), forget)
