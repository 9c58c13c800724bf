# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How much AWS allows, as data with its source and date. PRIVATE to the collection; stdlib only.

The figures are the defaults of a new account. An operator whose account has others says so in
the inventory's `quotas`; one that AWS does not raise can only be lowered there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"


@dataclass(frozen=True, kw_only=True)
class Quota:
    """`default` as of `date`, an ISO month."""

    default: int
    adjustable: bool
    what: str
    source: str
    date: str


QUOTAS: Mapping[str, Quota] = {
    "rules_per_load_balancer": Quota(
        default=100, adjustable=True, what="rules of an ALB, default rules aside", source=ALB, date="2026-11"
    ),
    "target_groups_per_load_balancer": Quota(
        default=100, adjustable=False, what="target groups of an ALB", source=ALB, date="2026-11"
    ),
    "target_groups_per_rule": Quota(
        default=5, adjustable=False, what="target groups that a rule forwards to", source=ALB, date="2026-11"
    ),
    "load_balancers_per_region": Quota(
        default=50, adjustable=True, what="ALBs in a region", source=ALB, date="2026-11"
    ),
    "target_groups_per_region": Quota(
        default=3000, adjustable=True, what="target groups in a region, those of NLBs too", source=ALB, date="2026-11"
    ),
    # The table of quotas says 6, the page on condition types 5: five is right by both.
    "condition_wildcards_per_rule": Quota(
        default=5, adjustable=False, what="wildcards in the conditions of a rule", source=ALB, date="2026-11"
    ),
    "condition_values_per_rule": Quota(
        default=5, adjustable=False, what="values in all conditions of a rule", source=ALB, date="2026-11"
    ),
    "listeners_per_network_load_balancer": Quota(
        default=50, adjustable=False, what="listeners of an NLB", source=NLB, date="2026-11"
    ),
    "rules_per_security_group": Quota(
        default=60,
        adjustable=True,
        what="inbound rules of a security group, and outbound ones",
        source=VPC,
        date="2026-11",
    ),
    "services_per_cluster": Quota(
        default=5000, adjustable=True, what="ECS services in a cluster", source=ECS, date="2026-11"
    ),
    "roles_per_account": Quota(
        default=1000, adjustable=True, what="IAM roles in an account", source=IAM, date="2026-11"
    ),
    "role_policy_characters": Quota(
        default=10240, adjustable=False, what="characters in all inline policies of a role", source=IAM, date="2026-11"
    ),
}
