# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The quotas that hold for a link: AWS's defaults, or what the inventory says of its account. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import Number, Record
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.quotas import QUOTAS, Quota

HIGHEST = 1_000_000


def _field(quota: Quota) -> Number:
    return Number(
        low=1,
        high=HIGHEST if quota.adjustable else quota.default,
        description=f"How many {quota.what}; {quota.default} unless AWS has raised it."
        if quota.adjustable
        else f"How many {quota.what}; AWS raises none of the {quota.default}, so this can only be lower.",
        remedy="write the figure that Service Quotas shows for the account",
    )


FIELD = Record(
    default={},
    description="Quotas of the isolated side's account, where they are not AWS's defaults.",
    fields={name: _field(quota) for name, quota in QUOTAS.items()},
)


def limits(given: Any = None, where: str = "quotas") -> dict[str, int]:
    """The figures that hold, by name; raises InvalidInventoryError."""
    checked = check(FIELD, given or {}, where)
    if checked.mistakes:
        raise InvalidInventoryError(checked.mistakes)
    return limits_with(checked.value)


def limits_with(own: Mapping[str, int | None]) -> dict[str, int]:
    """With figures that have been checked, or were found wrong and are None."""
    return {name: own.get(name) or quota.default for name, quota in QUOTAS.items()}
