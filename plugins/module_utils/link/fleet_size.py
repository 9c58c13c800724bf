# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether a list of services fits into one account, before the first of them is made. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import numbers_needed

Entry = Mapping[str, Any]


def check_size(services: Sequence[Entry], limits: Mapping[str, int]) -> list[Mistake]:
    """As if the account had nothing else: what others have there only AWS can tell."""
    canaries = sum(1 for entry in services if entry.get("canary"))
    roles = sum(bool(entry.get("secrets")) + bool(entry.get("task_policy")) for entry in services)
    both = len(services) + canaries
    counts = [
        ("target_groups_per_region", both, "target groups"),
        ("services_per_cluster", both, "ECS services"),
        ("roles_per_account", roles, "IAM roles"),
    ]
    return [*_shards(services, limits), *(m for name, count, what in counts for m in _over(name, count, what, limits))]


def _shards(services: Sequence[Entry], limits: Mapping[str, int]) -> Iterator[Mistake]:
    try:
        numbers_needed([str(index) for index in range(len(services))], {}, limits)
    except PrivateLinkError as error:
        yield Mistake(where="services", found=error.found, allowed=error.allowed or "", remedy=error.remedy or "")


def _over(name: str, count: int, what: str, limits: Mapping[str, int]) -> Iterator[Mistake]:
    if count > limits[name]:
        yield Mistake(
            where="services",
            found=f"{count} {what} that they take",
            allowed=f"{limits[name]}",
            remedy=f"ask AWS for more and say so in quotas.{name}, or make a second link",
        )
