"""Routes that lead somewhere, or say that they do not.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html: a route whose target is gone is a blackhole.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.route_tables import Route

from rig.control.ec2.errors import refuse


class Routes:
    """Mixed into the backend, in front of moto's own methods, which take any target."""

    def create_route(self, route_table_id: str, *args: Any, **kwargs: Any) -> Route:
        self._require_target(route_table_id, kwargs)
        return super().create_route(route_table_id, *args, **kwargs)

    def replace_route(self, route_table_id: str, *args: Any, **kwargs: Any) -> Route:
        self._require_target(route_table_id, kwargs)
        return super().replace_route(route_table_id, *args, **kwargs)

    def _require_target(self, route_table_id: str, target: dict[str, Any]) -> None:
        vpc_id = self.get_route_table(route_table_id).vpc_id
        nat_id, gateway_id = target.get("nat_gateway_id"), target.get("gateway_id") or ""
        if nat_id and nat_id not in self.nat_gateways:
            refuse("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat_id}' does not exist")
        if gateway_id.startswith(("igw-", "vgw-")) and vpc_id not in _attached_to(self._gateway(gateway_id)):
            message = f"route table {route_table_id} and network gateway {gateway_id} belong to different networks"
            refuse("InvalidParameterValue", message)

    def _gateway(self, gateway_id: str) -> Any:
        """Raises the error of the API for one that does not exist."""
        if gateway_id.startswith("vgw-"):
            return self.get_vpn_gateway(gateway_id)
        return self.get_internet_gateway(gateway_id)


def _attached_to(gateway: Any) -> set[str]:
    if gateway.id.startswith("vgw-"):
        return {held.vpc_id for held in gateway.attachments.values() if held.state == "attached"}
    return {gateway.vpc.id} if gateway.vpc else set()


def state_of(route: Route) -> str:
    return "active" if route.local or leads_somewhere(route) else "blackhole"


def leads_somewhere(route: Route) -> bool:
    if route.nat_gateway:
        return route.nat_gateway.state in ("pending", "available")
    if route.gateway and route.gateway.id.startswith(("igw-", "vgw-")):
        return bool(_attached_to(route.gateway))
    if route.interface:
        return route.interface.id in route.interface.ec2_backend.enis
    return True


def install() -> None:
    """moto's routes are always active."""
    Route.state = property(state_of)
