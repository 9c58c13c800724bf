"""What the fleet is measured against, and whether it holds. Ratios of one run, on one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import floor
from bench.record import Record, Row

# At 50 ms a call: nearer to AWS than none, which makes every tool look alike.
AS_AT_AWS = 50
STOCK_SIZES = (10, 30)  # of which larger ones are extrapolated


@dataclass(frozen=True, kw_only=True)
class Verdict:
    what: str
    found: float
    bound: float
    unit: str = "x"
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.found >= self.bound if self.at_least else self.found <= self.bound

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return (
            f"{'ok  ' if self.holds else 'FAIL'}  {self.what}: {self.found:.4g} {self.unit} ({sign} {self.bound:.4g})"
        )


def verdicts(record: Record) -> list[Verdict]:
    """Of what has been measured; the rest is passed over."""
    return [verdict for judge in JUDGES for verdict in judge(record)]


def against_the_limit(record: Record) -> Iterator[Verdict]:
    """The call itself; the limit script with its own start, which is Python's and boto3's."""
    for phase, bound in (("create", 1.5), ("noop", 3.0)):
        ours, limit = (record.find(system, 100, phase, AS_AT_AWS) for system in ("ours", "limit"))
        if ours and limit:
            what = f"ecs_services, {phase} of 100, to the limit script's time"
            yield Verdict(what=what, found=ours.call_s / limit.wall_s, bound=bound)


def against_stock(record: Record) -> Iterator[Verdict]:
    for phase, bound in (("create", 10), ("noop", 20)):
        site, stock = record.find("site", 100, phase), stock_seconds(record, phase, 100)
        if site and stock:
            what = (
                f"site.yml, {phase} of 100, faster than stock (extrapolated from {STOCK_SIZES[0]} and {STOCK_SIZES[1]})"
            )
            yield Verdict(what=what, found=stock / site.wall_s, bound=bound, at_least=True)


def calls(record: Record) -> Iterator[Verdict]:
    if row := record.find("ours", 100, "noop"):
        yield Verdict(what="ecs_services, no-op of 100, API calls", found=row.calls, bound=60 + 100 / 2, unit="calls")


def thousands(record: Record) -> Iterator[Verdict]:
    small, large = (record.find("ours", n, "noop", AS_AT_AWS) for n in (100, 1000))
    if small and large:
        yield Verdict(what="no-op of 1,000 to no-op of 100", found=large.call_s / small.call_s, bound=8)
    if one := record.find("ours", 1000, "add", AS_AT_AWS):
        yield Verdict(what="one added to 1,000, write calls", found=one.writes, bound=25, unit="calls")
    sizes = [row.peak_rss_mb for row in record.rows() if row.system == "ours" and row.n == 1000]
    if sizes:
        yield Verdict(what="largest process with 1,000", found=max(sizes), bound=500, unit="MB")


def throttled(record: Record) -> Iterator[Verdict]:
    row = record.find("ours", 100, "create", 0, True)
    if row:
        seconds, bucket = floor.seconds(row.api_calls)
        what = f"create of 100 under AWS's throttles, to the floor of {seconds:.0f} s ({bucket})"
        yield Verdict(what=what, found=row.wall_s / seconds, bound=1.2)
        share = 100 * row.refused / row.calls
        yield Verdict(what="calls that were throttled meanwhile", found=share, bound=1, unit="%")


JUDGES: tuple[Callable[[Record], Iterator[Verdict]], ...] = (
    against_the_limit,
    against_stock,
    calls,
    thousands,
    throttled,
)


def stock_seconds(record: Record, phase: str, n: int, latency_ms: int = 0) -> float | None:
    """A line through two sizes: a loop costs the same for each item."""
    small, large = (record.find("stock", size, phase, latency_ms) for size in STOCK_SIZES)
    return _line(small, large, n) if small and large else None


def _line(small: Row, large: Row, n: int) -> float:
    slope = (large.wall_s - small.wall_s) / (large.n - small.n)
    return small.wall_s + slope * (n - small.n)
