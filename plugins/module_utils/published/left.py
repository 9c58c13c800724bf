# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What was made for publications, found by its tags whatever the inventory says now. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import api, api_target_groups
from ansible_collections.twoway.privatelink.plugins.module_utils.published import names


@dataclass(frozen=True, kw_only=True)
class Left:
    """By name of the publication: the name of its load balancer, of its target groups, and whether it is published."""

    load_balancers: Mapping[str, str] = field(default_factory=dict)
    target_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: frozenset[str] = frozenset()

    @property
    def fronts(self) -> frozenset[str]:
        return frozenset((*self.load_balancers, *self.target_groups))

    @property
    def names(self) -> frozenset[str]:
        return self.fronts | self.services


def find_left(connect: Connect, owner: Owner) -> Left:
    """Names narrow down, tags decide: AWS lets nobody look for load balancers by their tags here."""
    prefix, elbv2 = names.prefix(owner.link), connect("elbv2")
    balancers = {item["LoadBalancerArn"]: item["LoadBalancerName"] for item in api.list_all(elbv2)}
    groups = {item["TargetGroupArn"]: item["TargetGroupName"] for item in api_target_groups.list_all(elbv2)}
    arns = [arn for arn, name in {**balancers, **groups}.items() if name.startswith(prefix)]
    tags = api.get_tags(elbv2, arns) if arns else {}
    made_for = {arn: told[names.PUBLISHED] for arn, told in tags.items() if _ours(owner, told)}
    return Left(
        load_balancers={made_for[arn]: name for arn, name in balancers.items() if arn in made_for},
        target_groups=_by_name((made_for[arn], name) for arn, name in groups.items() if arn in made_for),
        services=frozenset(_services(connect("ec2"), owner)),
    )


def _ours(owner: Owner, tags: Mapping[str, str]) -> bool:
    return owner.owns(tags) and names.PUBLISHED in tags


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for publication, name in sorted(pairs):
        found[publication] = (*found.get(publication, ()), name)
    return found


@aws_call("list endpoint services")
def _services(ec2: Any, owner: Owner) -> list[str]:
    filters = [*owner.filters(), {"Name": "tag-key", "Values": [names.PUBLISHED]}]
    items = pages(ec2.describe_vpc_endpoint_service_configurations, "ServiceConfigurations", Filters=filters)
    found = [boto3_tag_list_to_ansible_dict(item.get("Tags", [])) for item in items if _stays(item)]
    return [tags[names.PUBLISHED] for tags in found if _ours(owner, tags)]


def _stays(item: Mapping[str, Any]) -> bool:
    return item["ServiceState"] not in ("Deleting", "Deleted")
