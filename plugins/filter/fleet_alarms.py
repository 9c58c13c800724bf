# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter fleet_alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DOCUMENTATION = r"""
name: fleet_alarms
short_description: The alarms of a fleet of proxies, for M(twoway.privatelink.metric_alarms)
version_added: 0.1.0
description:
  - C(-unhealthy) when the load balancer finds a proxy unhealthy for longer than one takes to start, C(-unfit) when a
    proxy itself says that it cannot serve, and C(-stale) when what a proxy read of the Parameter Store is old.
  - A refresh of the fleet that watches them is rolled back when one of them goes off.
positional: link, proxy
options:
  _input:
    description: Name of the fleet; the alarms' names begin with it.
    type: str
    required: true
  link:
    description: Name of the link.
    type: str
    required: true
  proxy:
    description: Which proxy.
    type: str
    choices: [service, reverse]
    required: true
  load_balancer_arn:
    description: ARN of the load balancer in front of the fleet, if it is known.
    type: str
  target_group_arns:
    description:
      - ARNs of the target groups that the fleet is in. All instances are in each of them, so the first is watched.
    type: list
    elements: str
    default: []
  actions:
    description: What the alarms tell, such as the ARN of an SNS topic.
    type: list
    elements: str
    default: []
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Watch the service proxies
  twoway.privatelink.metric_alarms:
    alarms: "{{ 'tokyo-service-proxy' | twoway.privatelink.fleet_alarms('tokyo', 'service') }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
_value:
  description: Entries for O(twoway.privatelink.metric_alarms#module:alarms).
  type: list
  elements: dict
"""

# An instance may install its runtime first: as long as the grace period of its group, and a minute more.
START_MINUTES = 6
MINUTES = 3
STALE_SECONDS = 300.0


def fleet_alarms(
    name: str,
    link: str,
    proxy: str,
    load_balancer_arn: str | None = None,
    target_group_arns: Sequence[str] = (),
    actions: Sequence[str] = (),
) -> list[dict[str, Any]]:
    told = {"alarm_actions": list(actions), "ok_actions": list(actions), "statistic": "Maximum", "period": 60}
    own = {"namespace": "TwoWay/PrivateLink", "dimensions": {"Link": link, "Proxy": proxy}, **told}
    return [
        {
            "name": f"{name}-unhealthy",
            "description": f"The load balancer finds an instance of {name} unhealthy for longer than a start takes",
            "namespace": "AWS/NetworkELB",
            "metric_name": "UnHealthyHostCount",
            "dimensions": _dimensions(load_balancer_arn, target_group_arns),
            "threshold": 1.0,
            "evaluation_periods": START_MINUTES,
            "treat_missing_data": "notBreaching",
            **told,
        },
        {
            "name": f"{name}-unfit",
            "description": f"An instance of {name} says that it cannot serve; its journal tells why",
            "metric_name": "Unfit",
            "threshold": 1.0,
            "evaluation_periods": MINUTES,
            "insufficient_data_actions": list(actions),
            **own,
        },
        {
            "name": f"{name}-stale",
            "description": f"An instance of {name} could not read its parameters; it serves by what it read last",
            "metric_name": "ParametersAgeSeconds",
            "threshold": STALE_SECONDS,
            "evaluation_periods": MINUTES,
            **own,
        },
    ]


def _dimensions(load_balancer_arn: str | None, target_group_arns: Sequence[str]) -> dict[str, str]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html"""
    groups = sorted(arn for arn in target_group_arns if arn)[:1]
    known = {"LoadBalancer": load_balancer_arn, "TargetGroup": groups[0]} if load_balancer_arn and groups else {}
    parts = {"LoadBalancer": ":loadbalancer/", "TargetGroup": ":"}
    return {key: arn.rpartition(parts[key])[2] for key, arn in known.items()}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"fleet_alarms": fleet_alarms}
