# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls on what lies around endpoints: subnets, network interfaces, services."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import MOST_FILTER_VALUES, aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Interface
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.offer import Offer
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.placement import Subnet

NO_SUCH_SERVICE = "InvalidServiceName"  # or one that does not admit us: AWS makes no difference


@aws_call("list subnets")
def list_subnets(ec2: Any, subnet_ids: Collection[str]) -> dict[str, Subnet]:
    """By id. One that is not known (yet) is left out."""
    filters = [{"Name": "subnet-id", "Values": sorted(subnet_ids)}]
    return {
        item["SubnetId"]: Subnet.from_boto(item) for item in pages(ec2.describe_subnets, "Subnets", Filters=filters)
    }


@aws_call("list network interfaces")
def list_interfaces(ec2: Any, interface_ids: Collection[str]) -> list[Interface]:
    """Those of them that are there."""
    found: list[Interface] = []
    for wanted in chunks(sorted(interface_ids), MOST_FILTER_VALUES):
        filters = [{"Name": "network-interface-id", "Values": wanted}]
        items = pages(ec2.describe_network_interfaces, "NetworkInterfaces", Filters=filters)
        found.extend(Interface.from_boto(item) for item in items)
    return found


@aws_call("list AWS's services")
def list_aws_services(ec2: Any, names: Collection[str], regions: Sequence[str] = ()) -> list[Offer]:
    """By filter: a name that AWS does not have is then left out and no error. `regions` are of the services."""
    return _offers(ec2, regions, Filters=[{"Name": "service-name", "Values": sorted(names)}])


@aws_call("look for service {name}")
def find_service(ec2: Any, name: str, regions: Sequence[str] = ()) -> list[Offer]:
    """By name: other accounts' services are listed to those alone who name them. Raises AwsError NO_SUCH_SERVICE."""
    return _offers(ec2, regions, ServiceNames=[name])


def _offers(ec2: Any, regions: Sequence[str], **request: Any) -> list[Offer]:
    if regions:
        request["ServiceRegions"] = list(regions)
    return [Offer.from_boto(item) for item in pages(ec2.describe_vpc_endpoint_services, "ServiceDetails", **request)]
