# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who we are for AWS, in which zones, and what of another team's is there. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.reading import (
    find_network,
    find_standing,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import published
from ansible_collections.twoway.privatelink.plugins.module_utils.published.reading import find_things
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.api import read_head


@aws_call("ask AWS whose credentials these are")
def caller_identity(client: Any) -> dict[str, Any]:
    return client.get_caller_identity(aws_retry=True)


@aws_call("ask AWS for its availability zones")
def availability_zones(client: Any) -> list[dict[str, str]]:
    """Without local and wavelength zones, where endpoint services do not exist."""
    filters = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    zones = client.describe_availability_zones(Filters=filters, aws_retry=True)["AvailabilityZones"]
    return sorted(({"id": z["ZoneId"], "name": z["ZoneName"]} for z in zones), key=lambda zone: zone["id"])


def look_around(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """Raises AwsError unless `gather` wants it in the result."""
    facts: dict[str, Any] = {"reachable": False, "account_id": None, "azs": [], "error": "", "error_code": ""}
    facts |= {"network": None, "vpc_id": None, "things": None, "standing": None}
    facts |= {"catalog_link": None, "catalog_unread": ""}
    try:
        facts["account_id"] = caller_identity(connect("sts"))["Account"]
        facts["azs"] = availability_zones(connect("ec2"))
        facts |= _of_the_side(params, connect)
        facts |= _of_catalogue(params["catalog_of"], connect) if params["catalog_of"] else {}
        facts["reachable"] = True
    except AwsError as error:
        if not params["gather"]:
            raise
        facts.update(error=error.found, error_code=error.code or _kind(error))
    return facts


def _of_the_side(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """The network that it stands in, or is to stand in, and the things that it is to publish."""
    if not params["link"] or not params["side"]:
        return {}
    owner, network, standing = Owner(link=params["link"], side=params["side"]), None, None
    if params["existing_network"]:
        wish = Wish.from_params(params["existing_network"], side=params["side"], az_ids=params["az_ids"])
        network = find_network(connect("ec2"), wish, owner)
        vpc_id = network.vpc.id if network.vpc else None
    else:
        standing = find_standing(connect("ec2"), owner)
        vpc_id = standing.vpc_id
    entries = published(params["published"])
    things = find_things(connect, entries, owner, vpc_id).as_dict() if entries else None
    return {
        "network": network.as_dict() if network else None,
        "vpc_id": vpc_id,
        "things": things,
        "standing": standing.as_dict() if standing else None,
    }


def _of_catalogue(link: str, connect: Connect) -> dict[str, str | None]:
    """What the service proxies are told of the link. Who makes networks only need not be let in there."""
    path = f"/twoway/{link}/catalog"
    try:
        return {"catalog_link": read_head(connect("ssm"), path).get(f"{path}/link", {}).get("Value")}
    except AwsError as error:
        return {"catalog_unread": error.message}


def _kind(error: AwsError) -> str:
    """botocore's own exceptions carry no code; their names tell as much."""
    return type(error.__cause__).__name__ if error.__cause__ else type(error).__name__
