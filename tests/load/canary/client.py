"""Runs as a task: sends requests to a host behind a load balancer, and prints what came of them as one line of JSON.

client.py <load balancer> <host> <number> <connections> [<header>=<value> ...]
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection


def main() -> None:
    balancer, host, number, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    headers = {"Host": host, **dict(word.split("=", 1) for word in sys.argv[5:])}
    share = [number // connections + (index < number % connections) for index in range(connections)]
    seen: list[tuple[str, int, float]] = []
    begun = time.time()
    threads = [threading.Thread(target=send, args=(balancer, headers, each, seen)) for each in share]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"begun": begun, "ended": time.time(), "versions": summary(seen)}), flush=True)


def send(balancer: str, headers: dict[str, str], number: int, seen: list[tuple[str, int, float]]) -> None:
    connection = HTTPConnection(balancer, 80, timeout=20)
    for _number in range(number):
        asked = time.monotonic()
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        seen.append((told["version"], answer.status, time.monotonic() - asked))
    connection.close()


def summary(seen: list[tuple[str, int, float]]) -> dict[str, dict]:
    """By version: how many of each status, and percentiles of the seconds."""
    found = {}
    for version in sorted({version for version, _status, _seconds in seen}):
        waits = sorted(seconds for each, _status, seconds in seen if each == version)
        found[version] = {
            "statuses": Counter(str(status) for each, status, _seconds in seen if each == version),
            "seconds": {f"p{rank}": waits[max(0, -(-len(waits) * rank // 100) - 1)] for rank in (50, 90, 99)},
        }
    return found


if __name__ == "__main__":
    main()
