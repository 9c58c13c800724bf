"""The backend of Elastic Load Balancing v2, put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.elbv2.exceptions import ValidationError
from moto.elbv2.models import ELBv2Backend

from rig.control.elbv2 import quotas
from rig.control.elbv2.actions import Actions, target_groups_of
from rig.control.elbv2.listener import Listeners
from rig.control.elbv2.load_balancers import LoadBalancers
from rig.control.elbv2.rule import Rules
from rig.control.elbv2.target_group import TargetGroups
from rig.control.elbv2.targets import Targets


class LoadBalancing(LoadBalancers, Listeners, Rules, Actions, TargetGroups, Targets, ELBv2Backend):
    """moto's backend, with each noun replaced by its own part."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._links: dict[str, list[str]] | None = None

    @property
    def links(self) -> dict[str, list[str]]:
        """ARNs of the load balancers that forward to a target group, by the group's ARN."""
        if self._links is None:
            self._links = self._read_links()
        return self._links

    def forget_links(self) -> None:
        self._links = None

    def _read_links(self) -> dict[str, list[str]]:
        links: dict[str, dict[str, None]] = {}
        for balancer in self.load_balancers.values():
            for listener in balancer.listeners.values():
                for rule in listener.rules.values():
                    for action in rule.actions:
                        for arn in target_groups_of(action):
                            links.setdefault(arn, {})[balancer.arn] = None
        return {arn: list(balancers) for arn, balancers in links.items()}

    def add_tags(self, resource_arns: list[str], tags: list[dict[str, str]]) -> None:
        """moto stops at 10 tags. AWS has room for 50."""
        for arn in resource_arns:
            self._get_resource_by_arn(arn)
            self.tagging_service.tag_resource(arn, tags)

    def describe_tags(self, resource_arns: list[str]) -> dict[str, dict[str, str]]:
        if len(resource_arns) > quotas.DESCRIBED_TAGS_PER_CALL:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
            raise ValidationError(
                f"Cannot have more than {quotas.DESCRIBED_TAGS_PER_CALL} resources described at the same time"
            )
        for arn in resource_arns:
            self._get_resource_by_arn(arn)
        return super().describe_tags(resource_arns)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """moto tells the tagging API of load balancers and target groups only."""
        yield from super().iter_tagged_resources()
        for balancer in self.load_balancers.values():
            kind = "net" if balancer.is_network else "app"
            for listener in balancer.listeners.values():
                yield self._tagged(listener.arn, f"listener/{kind}")
                for rule in listener.rules.values():
                    yield self._tagged(rule.arn, f"listener-rule/{kind}")

    def _tagged(self, arn: str, kind: str) -> TaggedResource:
        tags = self.tagging_service.get_tag_dict_for_resource(arn)
        return TaggedResource(arn=arn, tags=tags, resource_type=f"elasticloadbalancing:{kind}")

    def _get_resource_by_arn(self, arn: str) -> Any:
        """moto does not find default rules."""
        if ":listener-rule/" in arn:
            return self.rule(arn)[1]
        return super()._get_resource_by_arn(arn)


LoadBalancing.__module__ = "moto.elbv2.models"  # moto finds a backend's urls by its module
