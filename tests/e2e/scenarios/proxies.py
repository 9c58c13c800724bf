"""The two proxies of the link that stands: pictures of the door's catalogue, and what the way out let through.

Exit status 0 only if every attempt went as it must.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from rig.pki import Pki

from e2e import link, sandbox, services, task

PICTURES = sandbox.ROOT / "build" / "demo"
SCRIPTS = Path(__file__).parent
WAY_OUT_PORT = 3128
LISTED = "api.weather.example"
REFUSED, LET_THROUGH = 403, 200
# What is tried, the first line of the request, the host behind a tunnel that opens, and the status that must come.
ATTEMPTS: list[tuple[str, str, str | None, int]] = [
    ("a listed host", f"CONNECT {LISTED}:443", LISTED, LET_THROUGH),
    ("another listed host", "CONNECT api.exchange.example:443", "api.exchange.example", LET_THROUGH),
    ("an unlisted host", "CONNECT elsewhere.example:443", None, REFUSED),
    ("a listed host below another name", f"CONNECT a.{LISTED}:443", None, REFUSED),
    ("a port that is not listed", f"CONNECT {LISTED}:22", None, REFUSED),
    ("an address", "CONNECT 93.184.216.34:443", None, REFUSED),
    ("instance metadata", "CONNECT 169.254.169.254:80", None, REFUSED),
    ("an address of the own VPC", "CONNECT 10.0.0.2:443", None, REFUSED),
    ("plain HTTP", f"GET http://{LISTED}/", None, REFUSED),
]


def shoot() -> list[str]:
    """Paths of the pictures, made in the Public VPC by a browser that came through the door."""
    command = ["python3", "-m", "e2e.scenarios.shoot", door(), f"catalogue.{services.DOMAIN}", str(PICTURES)]
    environment = {"PYTHONPATH": str(sandbox.ROOT / "tests")}
    return task.Task("public", command, environment).lines()


def door() -> str:
    return link.load_balancer("public", "service-proxy")["DNSName"]


def tried() -> list[tuple[str, int | None, str]]:
    """What the way out said to each attempt, made in the Isolated VPC."""
    wanted = {
        "proxy": link.endpoint("isolated", "outbound")["DnsEntries"][0]["DnsName"],
        "port": WAY_OUT_PORT,
        "ca_pem": Pki(sandbox.directory() / "pki").bundle.read_text(),
        "attempts": [[what, line, host] for what, line, host, _expected in ATTEMPTS],
    }
    command = ["python3", "-c", (SCRIPTS / "way_out.py").read_text()]
    return json.loads(task.Task("isolated", command, {"ATTEMPTS": json.dumps(wanted)}).lines()[-1])


def table(told: list[tuple[str, int | None, str]]) -> tuple[str, bool]:
    """The table, and whether all went as it must."""
    rows, all_well = [("", "tried at the way out", "expected", "found", "why")], True
    for (what, _line, _host, expected), (_what, found, words) in zip(ATTEMPTS, told, strict=True):
        is_well = found == expected
        all_well &= is_well
        rows.append(("ok" if is_well else "NO", what, str(expected), str(found), words))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines), all_well


def main() -> int:
    pictures = shoot()
    drawn, all_well = table(tried())
    print(drawn)
    print("\nThe catalogue at the door, as a browser in the Public VPC saw it:")
    for picture in pictures:
        print(f"  {os.path.relpath(picture, sandbox.ROOT)}")
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
