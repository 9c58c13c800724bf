# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scaling policies of a fleet: a figure, and the value that it is kept at. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

TRACKING = "TargetTrackingScaling"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`metric` is one of AWS's own by its name, or {namespace, name, dimensions, statistic}."""

    name: str
    metric: str | Mapping[str, Any]
    target: float
    scale_in: bool = True

    @classmethod
    def from_params(cls, entry: Mapping[str, Any]) -> Policy:
        given = entry.get("metric")
        dimensions = {str(key): str(value) for key, value in ((given or {}).get("dimensions") or {}).items()}
        metric = {**given, "dimensions": dimensions} if given else entry["predefined_metric"]
        return cls(name=entry["name"], metric=metric, target=float(entry["target"]), scale_in=entry["scale_in"])

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Policy:
        config = item["TargetTrackingConfiguration"]
        own = config.get("CustomizedMetricSpecification")
        metric: str | Mapping[str, Any]
        if own:
            metric = {
                "namespace": own.get("Namespace"),
                "name": own.get("MetricName"),
                "dimensions": {one["Name"]: one["Value"] for one in own.get("Dimensions") or ()},
                "statistic": own.get("Statistic"),
            }
        else:
            metric = config["PredefinedMetricSpecification"]["PredefinedMetricType"]
        scale_in = not config.get("DisableScaleIn", False)
        return cls(name=item["PolicyName"], metric=metric, target=float(config["TargetValue"]), scale_in=scale_in)

    def configuration(self) -> dict[str, Any]:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TargetTrackingConfiguration.html"""
        specification: dict[str, Any]
        if isinstance(self.metric, str):
            specification = {"PredefinedMetricSpecification": {"PredefinedMetricType": self.metric}}
        else:
            dimensions = [{"Name": key, "Value": value} for key, value in sorted(self.metric["dimensions"].items())]
            specification = {
                "CustomizedMetricSpecification": {
                    "Namespace": self.metric["namespace"],
                    "MetricName": self.metric["name"],
                    "Dimensions": dimensions,
                    "Statistic": self.metric["statistic"],
                }
            }
        return {**specification, "TargetValue": self.target, "DisableScaleIn": not self.scale_in}

    def as_diff(self) -> dict[str, Any]:
        return {"metric": self.metric, "target": self.target, "scale_in": self.scale_in}


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Those of a group, by name."""

    by_name: Mapping[str, Policy] = field(default_factory=dict)

    def missing(self, found: Policies) -> list[Policy]:
        """What must be put, given those found."""
        return [policy for name, policy in sorted(self.by_name.items()) if found.by_name.get(name) != policy]

    def surplus(self, found: Policies) -> list[str]:
        """The names of those found that are not among these."""
        return sorted(set(found.by_name) - set(self.by_name))

    def as_diff(self) -> dict[str, Any]:
        return {name: policy.as_diff() for name, policy in sorted(self.by_name.items())}


def desired_policies(entries: list[Mapping[str, Any]] | None) -> Policies | None:
    """None where nobody asks. Raises PrivateLinkError for a name used twice."""
    if entries is None:
        return None
    names = [entry["name"] for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PrivateLinkError(
                where=f"scaling_policies[{index}].name", found=name, allowed="a name of its own", remedy="rename it"
            )
    return Policies(by_name={entry["name"]: Policy.from_params(entry) for entry in entries})
