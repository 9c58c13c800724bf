"""Rows and verdicts for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bench.record import Record, Row
from bench.series import ALL
from bench.verdict import Verdict, stock_seconds

HEAD = (
    f"{'system':<8}{'n':>6}{'ms':>4}  {'phase':<8}{'wall s':>9}{'call s':>9}{'cpu s':>8}{'modules':>9}{'calls':>8}"
    f"{'writes':>8}{'refused':>9}{'MB':>6}"
)


def line(row: Row) -> str:
    refused = row.refused if row.throttled else "-"
    call = f"{row.call_s:.1f}" if row.call_s else "-"
    return (
        f"{row.system:<8}{row.n:>6}{row.latency_ms:>4}  {row.phase:<8}{row.wall_s:>9.1f}{call:>9}{row.cpu_s:>8.1f}"
        f"{row.module_invocations:>9}{row.calls:>8}{row.writes:>8}{refused:>9}{row.peak_rss_mb:>6.0f}"
    )


def extrapolated(record: Record) -> Iterator[str]:
    for n in (100, 1000):
        for phase in ALL:
            seconds = stock_seconds(record, phase, n)
            if seconds:
                yield f"{'stock':<8}{n:>6}{0:>4}  {phase:<8}{seconds:>9.0f}  extrapolated"


def report(record: Record, verdicts: Iterable[Verdict]) -> str:
    order = {"stock": 0, "site": 1, "limit": 2, "ours": 3}
    rows = sorted(
        record.rows(), key=lambda row: (order[row.system], row.throttled, row.latency_ms, row.n, ALL.index(row.phase))
    )
    return "\n".join([HEAD, *map(line, rows), *extrapolated(record), "", *map(str, verdicts)])
