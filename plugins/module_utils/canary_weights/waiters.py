# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When a group is well enough to be given requests. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import Health


def well(health: Health, needed: int, what: str) -> Verdict:
    """Raises WaitError once it can no longer become so by waiting."""
    if health.healthy + health.coming < needed:
        raise WaitError(
            where=what,
            found=str(health),
            allowed=f"{needed} healthy",
            remedy="its weight is as it was: look into its log group, mend it and run again",
        )
    return Verdict(settled=health.healthy >= needed, note=f"{health}, of {needed} healthy ones needed")
