"""Two canaries of a service that is asked all the time: a good one, and one that fails a fifth of its requests.

Exit status 0 only if the good one took over and nobody noticed, and the bad one was rolled back before it had more of
the requests than its share.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from e2e import playbook, sandbox
from e2e.scenarios import rows
from e2e.shopping import UNSURE, Receipts, Shoppers, Weights, parameter, watched

SERVICE = "orders"
GOOD, BAD = "1.5.0", "1.6.0-fails-20"
CONNECTIONS, PAUSE = 12, 0.02
TOLERATED = 2.0  # points of a share; chance alone makes one of it
PLAN = {
    "weights": [5, 25, 50, 100],
    "bake": 14,
    "window": 10,
    "ignore_last": 1,
    "interval": 3,
    "settle": 3,
    "checks": [{"metric": "error_rate", "max": 5, "min_samples": 50}],
}


@dataclass(frozen=True, kw_only=True)
class Show:
    """What one version went through."""

    version: str
    phase: str
    why: str
    receipts: Receipts
    weights: Weights

    def rows(self) -> list[tuple[str, ...]]:
        """One for each share it had."""
        return [self._row(*step) for step in self.weights.steps()]

    def _row(self, share: float, begin: float, end: float) -> tuple[str, ...]:
        counts = self.receipts.counts(begin, end)
        failed = sum(number for (_version, status), number in counts.items() if status != "200")
        seen = f"{self.receipts.share(self.version, begin, end):.1f} %" if counts else "-"
        lasted = f"{max(0, end - begin):.0f} s"
        return (self.version, f"{share:g} %", lasted, str(sum(counts.values())), seen, str(failed))

    @property
    def within_its_share(self) -> bool:
        most = max(share for _since, share in self.weights.seen)
        return self.receipts.share(self.version) <= most + TOLERATED


def ship(version: str) -> Show:
    told = {"canary_action": "run", "canary_service": SERVICE, "canary_version": version, "canary_plan": PLAN}
    command = ["ansible-playbook", "playbooks/canary.yml", "-e", json.dumps(told)]
    shoppers = Shoppers(SERVICE, CONNECTIONS, seconds=600, pause=PAUSE)
    with watched(SERVICE) as weights:
        try:
            subprocess.run(command, cwd=sandbox.ROOT, env=playbook.environment(), stdout=sys.stderr, check=False)
            time.sleep(2 * UNSURE)
        finally:
            receipts = shoppers.receipts()
    state = parameter(f"/twoway/{sandbox.LINK}/canary/{SERVICE}")
    return Show(version=version, phase=state["phase"], why=state["why"], receipts=receipts, weights=weights)


def main() -> int:
    good, bad = ship(GOOD), ship(BAD)
    print(f"Two canaries of {SERVICE}, and what its clients saw of them:\n")
    heads = ("version", "weight", "for", "requests", "answered by it", "failed")
    rows.show([heads, *good.rows(), *bad.rows()])
    failed_others = bad.receipts.failed(besides=BAD)
    verdicts = {
        f"{GOOD} {good.phase.replace('_', ' ')}: {good.why}": good.phase == "promoted",
        f"{good.receipts.failed()} of {good.receipts.total()} requests failed meanwhile": good.receipts.failed() == 0,
        f"{BAD} {bad.phase.replace('_', ' ')}: {bad.why}": bad.phase == "rolled_back",
        f"{bad.receipts.share(BAD):.1f} % of {bad.receipts.total()} requests reached it": bad.within_its_share,
        f"{failed_others} of the others failed": failed_others == 0,
    }
    print()
    for said, is_so in verdicts.items():
        print(f"{'ok' if is_so else 'NO'}  {said}")
    print()
    return 0 if all(verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
