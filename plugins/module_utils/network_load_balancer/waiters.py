# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When a load balancer is as wanted. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Desired, Front

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html
READY = ("active", "active_impaired")


def judge(desired: Desired, current: Front) -> Verdict:
    balancer = current.load_balancer
    if not desired.present:
        return Verdict(
            settled=balancer is None or not desired.wait, note=f"{desired.name} is there" if balancer else ""
        )
    if balancer is None:
        return Verdict(settled=False, note="made, but not seen yet")
    if balancer.state == "failed":
        raise WaitError(
            where=desired.what,
            found="it failed",
            allowed="active",
            remedy="delete it (state: absent) and look whether its subnets have free addresses",
        )
    note = "" if balancer.state == "active" else f"{desired.name} is {balancer.state}"
    return Verdict(settled=balancer.state in READY or not desired.wait, note=note)
