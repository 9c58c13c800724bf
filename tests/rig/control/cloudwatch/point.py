"""What an AWS service has to tell of one metric at the end of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rig.control.cloudwatch.series import Metric
from rig.control.cloudwatch.summary import Summary


@dataclass(frozen=True, kw_only=True)
class Point:
    account_id: str
    region: str
    metric: Metric
    summary: Summary
    unit: str

    @classmethod
    def of(
        cls, owner_arn: str, *, namespace: str, name: str, dimensions: Mapping[str, str], summary: Summary, unit: str
    ) -> Point:
        """In the account and region of what `owner_arn` names."""
        _arn, _partition, _service, region, account_id, _rest = owner_arn.split(":", 5)
        metric = Metric(namespace=namespace, name=name, dimensions=tuple(sorted(dimensions.items())))
        return cls(account_id=account_id, region=region, metric=metric, summary=summary, unit=unit)
