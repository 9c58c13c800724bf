"""`python -m bench`: measure all series, or those that are named, and judge.

Rows are kept in build/bench/rows.json, so that `--part` after `--part` makes a whole; without `--keep` a bench begins
anew. The exit status is 0 if every verdict holds.
"""

from __future__ import annotations

import argparse
import sys

from bench import cloud, phases, tables
from bench.record import Record
from bench.series import Series
from bench.verdict import verdicts

RECORD = cloud.PLACE.parent / "bench.json"
LIFE = cloud.PLACE.parent / "bench-phases.json"
LATENCIES = (0, 50)


def _fleet(n: int, times: int) -> list[Series]:
    return [
        Series(system=system, n=n, latency_ms=latency, times=times)
        for latency in LATENCIES
        for system in ("limit", "ours")
    ]


# In the order of what they take: seconds, minutes, the better part of an hour.
PARTS: dict[str, list[Series]] = {
    "10": _fleet(10, times=3),
    "100": _fleet(100, times=3),
    "1000": _fleet(1000, times=1),
    "throttled": [Series(system=system, n=100, throttled=True) for system in ("ours", "limit")],
    "site": [Series(system="site", n=n) for n in (10, 100)],
    "stock10": [Series(system="stock", n=10, latency_ms=latency) for latency in LATENCIES],
    "stock30": [Series(system="stock", n=30, latency_ms=latency) for latency in LATENCIES],
}
QUICK = ("10", "100")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parts = ("phases", *PARTS)
    parser.add_argument("--part", action="append", choices=parts, help="only this; may be given again")
    parser.add_argument("--quick", action="store_true", help=f"only {' and '.join(QUICK)} services, without stock")
    parser.add_argument("--keep", action="store_true", help="add to what was measured before")
    arguments = parser.parse_args()
    wanted = arguments.part or (QUICK if arguments.quick else parts)
    cloud.PLACE.mkdir(parents=True, exist_ok=True)
    place = cloud.PLACE / "rows.json"
    if not arguments.keep:
        place.unlink(missing_ok=True)
    if "phases" in wanted:
        print(phases.measure(LIFE), flush=True)
    record = Record(place)
    for series in [series for part in wanted for series in PARTS.get(part, ())]:
        print(f"bench: {series}", file=sys.stderr, flush=True)
        record.add(series.rows())
        record.save(RECORD)
    judged = verdicts(record)
    print(tables.report(record, judged))
    return 0 if all(verdict.holds for verdict in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
