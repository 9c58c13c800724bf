"""wrk, as scripts/setup-proofs unpacks it, and what it tells."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path(sys.prefix) / "debian"
PROGRAM = DEBIAN / "usr/bin/wrk"
LIBRARIES = ":".join(str(DEBIAN / name) for name in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": LIBRARIES}
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def command(
    url: str, *, seconds: float, connections: int = 64, threads: int = 1, headers: Mapping[str, str] | None = None
) -> list[str]:
    told = [word for name, value in (headers or {}).items() for word in ("-H", f"{name}: {value}")]
    sizes = [f"-c{connections}", f"-t{threads}", f"-d{seconds:.0f}s"]
    return [str(PROGRAM), *sizes, "--latency", "--timeout", "10s", *told, url]


@dataclass(frozen=True, kw_only=True)
class Told:
    requests: int
    a_second: float
    p99_ms: float
    failed: int

    @classmethod
    def of(cls, text: str) -> Told:
        """Raises ValueError for what is no report of wrk's."""
        requests = re.search(r"(\d+) requests in", text)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
        p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
        if not (requests and rate and p99):
            raise ValueError(f"no report of wrk's: {text}")
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        return cls(
            requests=int(requests[1]),
            a_second=float(rate[1]),
            p99_ms=float(p99[1]) * _UNITS[p99[2]],
            failed=(int(bad[1]) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0),
        )
