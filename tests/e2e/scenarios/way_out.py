"""What the way out lets through and refuses, by real attempts of a task, and what its log says of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from e2e import link, sandbox, task
from e2e.scenarios import rows as table

ESCAPE = Path(__file__).with_name("escape.py")
LOG_GROUP = f"/twoway/{sandbox.LINK}/reverse-proxy"
GOOD = 2  # attempts in good faith, which come first; nothing else may get through
REFUSED = ("4", "hung up", "no answer")
LOGGED_WITHIN = 30.0


def show() -> bool:
    """Prints two tables; whether all went as it must."""
    own, neighbour = sorted(link.egress_profiles(), key=lambda profile: len(profile["destinations"]))[:2]
    begun = time.time()
    told = attempts(own, neighbour)
    tried = [("ok" if good(index, found) else "NO", *row(what, found)) for index, (what, found) in enumerate(told)]
    table.show([("", f"tried as {', '.join(own['services'])}", "found", "why"), *tried])
    # What the endpoint's security group drops never comes to the proxies.
    reached = [found for _what, found in told[GOOD:] if found != "no answer"]
    print(f"\nThe log {LOG_GROUP} says:")
    shown = ("client", "profile", "asked", "server_name", "reason", "why")
    events = logged(begun, own["port"], len(reached))
    table.show([shown, *(tuple(str(event.get(key, "-")) for key in shown) for event in events)])
    return all(good(index, found) for index, (_what, found) in enumerate(told))


def attempts(own: dict[str, Any], neighbour: dict[str, Any]) -> list[tuple[str, str]]:
    """What was tried by a task of the one profile, and what came of it."""
    listed = own["destinations"][0]["host"]
    theirs = next(one["host"] for one in neighbour["destinations"] if one["host"] != listed)
    wanted = {
        "way_out": link.endpoint("isolated", "outbound")["DnsEntries"][0]["DnsName"],
        "port": own["port"],
        "listed": listed,
        "neighbour": {"host": theirs, "port": neighbour["port"]},
    }
    groups = [*task.PROBE, f"egress-{own['port']}"]
    command = ["python3", "-c", ESCAPE.read_text()]
    return json.loads(task.Task("isolated", command, {"ESCAPE": json.dumps(wanted)}, groups).lines()[-1])


def good(index: int, found: str) -> bool:
    return found.startswith("200" if index < GOOD else REFUSED)


def row(what: str, found: str) -> tuple[str, str, str]:
    """A status and the words behind it apart."""
    status, _space, why = found.partition(" ") if found[0].isdigit() else (found, "", "")
    return what, status, why


def logged(since: float, port: int, enough: int) -> list[dict[str, Any]]:
    """The refusals of one profile that CloudWatch Logs has been told of since then."""
    logs = sandbox.client("public", "logs")
    deadline = time.monotonic() + LOGGED_WITHIN
    while True:
        found = sandbox.pages(logs, "filter_log_events", "events", logGroupName=LOG_GROUP, startTime=int(since * 1000))
        events = [json.loads(event["message"]) for event in found]
        ours = [event for event in events if event.get("profile") == str(port)]
        if sum(event.get("count", 1) for event in ours) >= enough or time.monotonic() > deadline:
            return sorted(ours, key=lambda event: event["time"])
        time.sleep(0.5)
