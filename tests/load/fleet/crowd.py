"""Runs inside a task, standard library alone: asks very many services in turn, and tells how it went.

REQUESTS is JSON: {"door": name, "port": 443, "ca_pem": PEM, "domain": of the services, "names": [...],
"workers": threads, "rate": requests a second}. Each service is asked over a connection that stays open. Every second
it prints {"asked": so far}; on SIGTERM it ends, and prints {"asked", "failures": {name: [...]}, "ok": {name: count}}.
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


class Service:
    def __init__(self, name, host, context):
        self.name, self.ok, self.failures = name, 0, []
        self._connection = Door(host, timeout=10, context=context)

    def ask(self):
        try:
            self._connection.request("GET", f"/{self.name}", headers={"Host": self._connection.host})
            answer = self._connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise OSError(f"{answer.status} {body[:120]!r}")
            self.ok += 1
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self.failures.append(f"{time.time():.3f} {type(error).__name__}: {error}")


def work(services, pause):
    """So many a second, as long as the services keep up."""
    due = time.monotonic()
    while not ended.is_set():
        for service in services:
            if ended.wait(max(0.0, due - time.monotonic())):
                return
            service.ask()
            due = max(due + pause, time.monotonic() - 1.0)


def main():
    wanted = json.loads(os.environ["REQUESTS"])
    Door.door = (wanted["door"], wanted["port"])
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    context = ssl.create_default_context(cadata=wanted["ca_pem"])
    services = [Service(name, f"{name}.{wanted['domain']}", context) for name in wanted["names"]]
    pause = wanted["workers"] / wanted["rate"]
    parts = [services[first :: wanted["workers"]] for first in range(wanted["workers"])]
    threads = [threading.Thread(target=work, args=(part, pause)) for part in parts]
    for thread in threads:
        thread.start()
    while not ended.wait(1.0):
        print(json.dumps({"asked": asked(services)}), flush=True)
    for thread in threads:
        thread.join()
    told = {"asked": asked(services), "ok": {each.name: each.ok for each in services}}
    print(
        json.dumps({**told, "failures": {each.name: each.failures[:5] for each in services if each.failures}}),
        flush=True,
    )


def asked(services):
    return sum(each.ok + len(each.failures) for each in services)


main()
