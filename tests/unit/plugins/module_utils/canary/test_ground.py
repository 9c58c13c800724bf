"""What becomes of a look at CloudWatch: the step's verdict, and what ends the plan."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.ground import judgement
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Check,
    Finding,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.verdict import Analysis


def finding(name: str, verdict: str, unread: bool = False, dry_run: bool = False) -> Finding:
    why = PrivateLinkError(where=name, found=f"says {verdict}") if unread else None
    return Finding(check=Check(name=name, dry_run=dry_run), verdict=verdict, why=f"{name} says {verdict}", unread=why)


def judged(step: list[Finding], abort: list[Finding]):
    return judgement(Analysis(findings=(*step, *abort), window=None), len(step))


GOOD, BAD = finding("errors", PASS), finding("errors", FAIL)
FEW, UNREAD = finding("errors", INCONCLUSIVE), finding("down", INCONCLUSIVE, unread=True)


@pytest.mark.parametrize(
    ("step", "abort", "verdict", "why", "ends"),
    [
        ([GOOD], [], PASS, "errors says pass", ""),
        ([GOOD], [finding("many", FAIL)], PASS, "errors says pass", "many: many says fail"),
        ([GOOD], [finding("many", INCONCLUSIVE)], PASS, "errors says pass", ""),  # few requests abort nothing
        ([GOOD], [UNREAD], INCONCLUSIVE, "down: down says inconclusive", ""),
        ([], [UNREAD], INCONCLUSIVE, "down: down says inconclusive", ""),
        ([FEW], [UNREAD], INCONCLUSIVE, "errors: errors says inconclusive; down: down says inconclusive", ""),
        ([BAD], [UNREAD], FAIL, "errors: errors says fail", ""),
        ([GOOD], [UNREAD, finding("many", FAIL)], INCONCLUSIVE, "down: down says", "many: many says fail"),
        ([GOOD], [finding("down", INCONCLUSIVE, unread=True, dry_run=True)], PASS, "errors says pass", ""),
        ([GOOD, UNREAD], [finding("many", FAIL)], INCONCLUSIVE, "down: down says", "many: many says fail"),
    ],
)
def test_judgement(step, abort, verdict, why, ends):
    told = judged(step, abort)
    assert (told.verdict, told.abort) == (verdict, ends)
    assert why in told.why
