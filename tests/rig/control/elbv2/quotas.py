"""Elastic Load Balancing's quotas, as of 2026-11.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
"""

from __future__ import annotations

LISTENERS_PER_LOAD_BALANCER = 50
RULES_PER_APPLICATION_LOAD_BALANCER = 100  # not counting default rules
TARGET_GROUPS_PER_APPLICATION_LOAD_BALANCER = 100
TARGET_GROUPS_PER_ACTION = 5
CONDITION_VALUES_PER_RULE = 5
CONDITION_WILDCARDS_PER_RULE = 6
CERTIFICATES_PER_LISTENER = 25
TARGET_GROUPS_PER_REGION = 3000
APPLICATION_LOAD_BALANCERS_PER_REGION = 50
NETWORK_LOAD_BALANCERS_PER_REGION = 50
TARGETS_PER_TARGET_GROUP = 1000
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
NETWORK_LOAD_BALANCERS_PER_ALB_TARGET = 2
DESCRIBED_TAGS_PER_CALL = 20
WEIGHTS = range(1000)
PRIORITIES = range(1, 50001)
NAME_LENGTH = 32

# The names that DescribeAccountLimits gives them.
ACCOUNT_LIMITS = {
    "application-load-balancers": APPLICATION_LOAD_BALANCERS_PER_REGION,
    "network-load-balancers": NETWORK_LOAD_BALANCERS_PER_REGION,
    "target-groups": TARGET_GROUPS_PER_REGION,
    "listeners-per-application-load-balancer": LISTENERS_PER_LOAD_BALANCER,
    "listeners-per-network-load-balancer": LISTENERS_PER_LOAD_BALANCER,
    "rules-per-application-load-balancer": RULES_PER_APPLICATION_LOAD_BALANCER,
    "target-groups-per-application-load-balancer": TARGET_GROUPS_PER_APPLICATION_LOAD_BALANCER,
    "target-groups-per-action-on-application-load-balancer": TARGET_GROUPS_PER_ACTION,
    "condition-values-per-alb-rule": CONDITION_VALUES_PER_RULE,
    "condition-wildcards-per-alb-rule": CONDITION_WILDCARDS_PER_RULE,
    "certificates-per-application-load-balancer": CERTIFICATES_PER_LISTENER,
    "targets-per-target-group": TARGETS_PER_TARGET_GROUP,
}
