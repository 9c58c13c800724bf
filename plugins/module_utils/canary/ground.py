# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a canary stands on, as the walk sees it: its service in AWS, and what CloudWatch knows of it. PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.checks import whole
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.deeds import Deeds
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.site import Site, View
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.desired import Desired, checks_of
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Check,
    Finding,
    Targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.subject import analysis_of
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.verdict import Analysis
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY, STABLE

JUDGED = (m.BAKING, m.WAITING, m.PROMOTING)


class CanaryGround:
    def __init__(self, site: Site, clock: Clock) -> None:
        self._site = site
        self._deeds = Deeds(site, clock)

    def look(self, state: m.State, now: float) -> m.Seen:
        """Four to seven calls, of which one is for all metrics."""
        view = self._site.view()
        stable, canary = (self._site.task_set(view, variant) for variant in (STABLE, CANARY))
        return m.Seen(
            now=now,
            weights=view.weights,
            stable=stable or m.TaskSet(),
            canary=canary,
            sticky=view.rule.stickiness.enabled,
            held=view.held,
            judgement=self._judgement(state, view, now) if state.phase in JUDGED else None,
        )

    def act(self, effect: str, state: m.State, values: dict[str, Any]) -> None:
        self._deeds.act(effect, state, values)

    def _judgement(self, state: m.State, view: View, now: float) -> m.Judgement:
        """What CloudWatch does not tell is not known to be good."""
        step, abort = (_checks(given) for given in (state.current.checks, state.plan.abort_on))
        if not step and not abort:
            return m.Judgement(verdict=PASS, why="no checks")
        desired = Desired(
            checks=(*step, *abort),
            seconds=state.plan.window,
            ignore_last=state.plan.ignore_last,
            since=state.moved_at,
            targets=Targets.of_arns(view.rule.load_balancer, dict(self._site.groups)),
        )
        try:
            found = analysis_of(desired, self._site.connect, now)
        except PrivateLinkError as error:
            return m.Judgement(verdict=INCONCLUSIVE, why=error.message)
        return judgement(found, len(step))


def _checks(given: Sequence[Mapping[str, Any]]) -> tuple[Check, ...]:
    return checks_of([whole(check) for check in given]) if given else ()


def judgement(found: Analysis, of_step: int) -> m.Judgement:
    """The first `of_step` findings are of the step, the others of what aborts the plan.

    Few requests are no reason to abort, and none to wait either; but a guard that cannot see lets nobody on.
    """
    ends = [one for one in found.findings[of_step:] if not one.check.dry_run]
    blind = tuple(one for one in ends if one.unread and one.verdict != FAIL)
    step = Analysis(findings=(*found.findings[:of_step], *blind), window=found.window)
    return m.Judgement(
        verdict=step.verdict,
        why=step.why if step.findings else "no checks",
        abort="; ".join(f"{one.check.name}: {one.why}" for one in ends if one.verdict == FAIL),
        checks=tuple(_record(one) for one in found.findings),
    )


def _record(finding: Finding) -> dict[str, Any]:
    """What of a finding is worth keeping."""
    told = finding.as_result()
    return {key: value for key, value in told.items() if value is not None and value is not False}
