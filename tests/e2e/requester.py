"""Runs inside a task, standard library alone: asks each target again and again, and tells how it went.

REQUESTS is JSON: {"door": name, "port": 443, "ca_pem": PEM, "seconds": bound, "pause": seconds between two requests,
"anew": whether each has a connection of its own, "targets": [{"name", "host", "path"}]}. Ends at the bound, or on
SIGTERM, and prints one line of JSON: {name: {"ok", "failed", "first_ok", "last_ok", "last", "errors": [...]}}; times
are seconds since the epoch, `last` is what the last answer said.
"""

import http.client
import json
import os
import signal
import socket
import ssl
import threading
import time

ended = threading.Event()


class Door(http.client.HTTPSConnection):
    """Dials the door, whatever host the request names; SNI and verification are for that host."""

    door = ("", 443)

    def connect(self):
        raw = socket.create_connection(self.door, self.timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host)


def ask(connection, target):
    connection.request("GET", target["path"], headers={"Host": target["host"]})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise OSError(f"{answer.status} {body[:120]!r}")
    return body.decode(errors="replace")[:1000]


def work(target, wanted, told):
    context = ssl.create_default_context(cadata=wanted["ca_pem"])
    connection = Door(target["host"], timeout=5, context=context)
    while not ended.is_set():
        try:
            told["last"] = ask(connection, target)
            if wanted.get("anew"):
                connection.close()
            told["ok"] += 1
            told["last_ok"] = time.time()
            told.setdefault("first_ok", told["last_ok"])
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            told["failed"] += 1
            if len(told["errors"]) < 5:
                told["errors"].append(f"{time.time():.3f} {type(error).__name__}: {error}")
        ended.wait(wanted["pause"])


def given():
    """What is wanted; from now on SIGTERM ends it."""
    wanted = json.loads(os.environ["REQUESTS"])
    Door.door = (wanted["door"], wanted.get("port", 443))
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    return wanted


def run(threads, seconds):
    """Until the bound, or the end."""
    for thread in threads:
        thread.start()
    ended.wait(seconds)
    ended.set()
    for thread in threads:
        thread.join()


def main():
    wanted = given()
    told = {target["name"]: {"ok": 0, "failed": 0, "errors": []} for target in wanted["targets"]}
    threads = [
        threading.Thread(target=work, args=(target, wanted, told[target["name"]])) for target in wanted["targets"]
    ]
    run(threads, wanted["seconds"])
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
