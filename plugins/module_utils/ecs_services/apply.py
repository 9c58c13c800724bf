# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes one service's plan real, change by change. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.hand_balancing import BalancingHand
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.hand_containers import ContainerHand
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.hand_logs import LogHand
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.hand_roles import RoleHand
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.hand_scaling import ScalingHand
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Workbench


class Hands:
    """The changes of one service. Made in the main thread: a session does not like to make clients in several."""

    def __init__(self, bench: Workbench, before: m.Service | None, shard: m.Shard | None) -> None:
        found = before.resources if before else {}
        bench.arns.update({place: item.arn for place, item in found.items() if item.arn})
        self._bench = bench
        hands = (
            LogHand(bench),
            RoleHand(bench),
            BalancingHand(bench),
            ContainerHand(bench),
            ScalingHand(bench, shard.listener_arn if shard else None),
        )
        self._verbs = {key: step for hand in hands for key, step in hand.verbs().items()}

    @property
    def arns(self) -> Mapping[m.Slot, str]:
        return self._bench.arns

    def apply(self, change: Change) -> None:
        self._verbs[change.verb, change.values["slot"][0]](change.values)
