"""Runs inside a task: keeps asking one service over several connections, and counts the answers by the second.

REQUESTS is as for requester.py, with one target, and "connections". Ends at the bound, or on SIGTERM, and prints one
line of JSON: {"seconds": {second since the epoch: {version: {status: number}}}, "errors": [...]}. A second is that in
which the request was sent. What came without an answer has the version "none" and the status "failed".
"""

import collections
import http.client
import json
import ssl
import threading
import time

from e2e.requester import Door, ended, given, run

MOST_ERRORS = 10


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.seconds = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
        self.errors = []

    def add(self, asked, version, status, error=None):
        with self._lock:
            self.seconds[int(asked)][version][status] += 1
            if error and len(self.errors) < MOST_ERRORS:
                self.errors.append(f"{asked:.3f} {error}")


def ask(connection, target):
    connection.request("GET", target["path"], headers={"Host": target["host"]})
    answer = connection.getresponse()
    body = answer.read()
    try:
        return json.loads(body)["version"], str(answer.status)
    except (ValueError, KeyError):
        return "none", str(answer.status)


def work(target, wanted, counter):
    context = ssl.create_default_context(cadata=wanted["ca_pem"])
    connection = Door(target["host"], timeout=10, context=context)
    while not ended.is_set():
        asked = time.time()
        try:
            counter.add(asked, *ask(connection, target))
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            counter.add(asked, "none", "failed", f"{type(error).__name__}: {error}")
        ended.wait(wanted["pause"])
    connection.close()


def main():
    wanted = given()
    (target,) = wanted["targets"]
    counter = Counter()
    threads = [
        threading.Thread(target=work, args=(target, wanted, counter)) for _number in range(wanted["connections"])
    ]
    run(threads, wanted["seconds"])
    print(json.dumps({"seconds": counter.seconds, "errors": counter.errors}), flush=True)


if __name__ == "__main__":
    main()
