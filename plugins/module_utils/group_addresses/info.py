# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Addresses of what has a security group. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call, pages

FEWEST = 5  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html


def addresses_of(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    return {"addresses": find(connect("ec2"), params["security_group_id"], params["limit"])}


@aws_call("list network interfaces with {group_id}")
def find(ec2: Any, group_id: str, limit: int) -> list[str]:
    """No more pages than that takes."""
    filters = [{"Name": "group-id", "Values": [group_id]}]
    size = max(FEWEST, limit)
    found = pages(ec2.describe_network_interfaces, "NetworkInterfaces", Filters=filters, MaxResults=size)
    return [item["PrivateIpAddress"] for item in islice(found, limit)]
