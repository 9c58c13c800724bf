# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The provider's calls on connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    aws_call,
    pages,
    refuse_unsuccessful,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)


@aws_call("list connections of {service_id}")
def list_connections(ec2: Any, service_id: str, endpoint_ids: Sequence[str] | None = None) -> Connections:
    """All of them, or those of the given endpoints."""
    # Not by vpc-endpoint-id: AWS documents that filter, and Terraform's provider avoids it as "invalid"
    # (findVPCEndpointConnectionByServiceIDAndVPCEndpointID). Pages hold a thousand, so it saves little.
    request = {"Filters": [{"Name": "service-id", "Values": [service_id]}], "MaxResults": LARGEST_PAGE}
    items = [
        Connection.from_boto(item)
        for item in pages(ec2.describe_vpc_endpoint_connections, "VpcEndpointConnections", **request)
        if item["ServiceId"] == service_id and (endpoint_ids is None or item["VpcEndpointId"] in endpoint_ids)
    ]
    return Connections.of(items)


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
    refuse_unsuccessful(f"reject connections on {service_id}", answer)
