# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The provider's calls on connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    aws_call,
    of_services,
    pages,
    refuse_unsuccessful,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    ENDPOINT_CHARGES,
    Connection,
    Connections,
)

# Inside an Unsuccessful list: what is gone needs no rejection. No refusal of an acceptance is as good as one.
NOT_FOUND = ("InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound")
FEATURES = (Feature(option="payer_responsibility", operation="ModifyVpcEndpointPayerResponsibility", since="1.43.38"),)


def list_connections(ec2: Any, service_id: str) -> Connections:
    return list_of_services(ec2, [service_id]).where(lambda one: one.service_id == service_id)


@aws_call("list connections")
def list_of_services(ec2: Any, service_ids: Sequence[str] = ()) -> Connections:
    """Those of these services, or all of the account's; perhaps more, where a filter cannot tell.

    Transit gateway attachments, which are no endpoints, are left out.
    """
    request = {"Filters": of_services(service_ids), "MaxResults": LARGEST_PAGE}
    items = pages(ec2.describe_vpc_endpoint_connections, "VpcEndpointConnections", **request)
    return Connections.of(Connection.from_boto(item) for item in items if item.get("VpcEndpointId"))


@aws_call("accept connections {endpoint_ids} on {service_id}")
def accept(ec2: Any, service_id: str, endpoint_ids: Sequence[str]) -> None:
    answer = ec2.accept_vpc_endpoint_connections(
        ServiceId=service_id, VpcEndpointIds=list(endpoint_ids), aws_retry=True
    )
    refuse_unsuccessful(f"accept connections on {service_id}", answer)


@aws_call("reject connections {endpoint_ids} on {service_id}")
def reject(ec2: Any, service_id: str, endpoint_ids: Sequence[str]) -> None:
    answer = ec2.reject_vpc_endpoint_connections(
        ServiceId=service_id, VpcEndpointIds=list(endpoint_ids), aws_retry=True
    )
    refuse_unsuccessful(f"reject connections on {service_id}", answer, ignored=NOT_FOUND)


@aws_call("set who pays for {endpoint_id}")
def set_payer(ec2: Any, service_id: str, endpoint_id: str, payer: str) -> None:
    ec2.modify_vpc_endpoint_payer_responsibility(
        ServiceId=service_id,
        VpcEndpointId=endpoint_id,
        PayerResponsibility=payer,
        Scope=ENDPOINT_CHARGES,
        aws_retry=True,
    )
