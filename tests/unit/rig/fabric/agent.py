"""A client inside a workload: does what the test process asks over a Unix socket, from where it stands."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

_TIMEOUT = 1.0


_open = {}
_load = {}
_heard = {}


def _connection(url, ca, to):
    """A connection to `to`, or else to where the URL says."""
    parts = urlsplit(url)
    tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
    host, port = to or (parts.hostname, parts.port or (443 if tls else 80))
    sock = socket.create_connection((host, port), _TIMEOUT)
    if tls:
        sock = tls.wrap_socket(sock, server_hostname=parts.hostname)
    connection = (HTTPSConnection if tls else HTTPConnection)(parts.netloc, timeout=_TIMEOUT)
    connection.sock = sock
    return connection


def _request(connection, path, headers=None, method="GET"):
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    return {"status": answer.status, "headers": dict(answer.headers), "body": answer.read().decode()}


def fetch(url, *, ca=None, headers=None, to=None, method="GET", http_1_0=False):
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(url, ca, to)
    if http_1_0:
        connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"
    try:
        return _request(connection, path, headers, method)
    finally:
        connection.close()


def open(name, url, *, ca=None, to=None):
    """Keep a connection for `again`, which sends requests over it."""
    _open[name] = _connection(url, ca, to)


def again(name, path):
    return _request(_open[name], path)


def ended(name, seconds):
    """Whether the other end closes a kept connection that says nothing."""
    sock = _open[name].sock
    sock.settimeout(seconds)
    return sock.recv(1) == b""


def send(url, number, *, ca=None, to=None, path="/"):
    """So many requests over one connection: the status of each, how many seconds it took, and its body."""
    connection = _connection(url, ca, to)
    answers = []
    try:
        for _number in range(number):
            begun = time.monotonic()
            answer = _request(connection, path)
            answers.append((answer["status"], time.monotonic() - begun, answer["body"]))
    finally:
        connection.close()
    return answers


def begin_load(url, *, ca=None, to=None):
    """Send requests, each over a new connection, until `end_load`."""
    _load.update(stop=threading.Event(), failures=[], requests=0)

    def run():
        while not _load["stop"].is_set():
            _load["requests"] += 1
            try:
                status = fetch(url, ca=ca, to=to)["status"]
            except (OSError, HTTPException) as error:
                status = repr(error)
            if status != 200:
                _load["failures"].append(status)

    _load["thread"] = threading.Thread(target=run)
    _load["thread"].start()


def load():
    """How many requests there have been."""
    return _load["requests"]


def end_load():
    """What failed of them."""
    _load["stop"].set()
    _load["thread"].join()
    return _load["failures"]


def connect(host, port):
    socket.create_connection((host, port), _TIMEOUT).close()
    return "open"


def say(host, port, words):
    """What a listener at the other end answers."""
    with socket.create_connection((host, port), _TIMEOUT) as sock:
        sock.sendall(words.encode())
        sock.shutdown(socket.SHUT_WR)
        return sock.recv(100).decode()


def resolve(name):
    return sorted({found[4][0] for found in socket.getaddrinfo(name, 80, socket.AF_INET, socket.SOCK_STREAM)})


def begin_listening(port):
    """Answer the first connection to `port`, and take note of it."""

    def run():
        with socket.create_server(("0.0.0.0", port)) as server:
            connection, peer = server.accept()
        with connection, connection.makefile("rb") as stream:
            _heard.update(peer=peer[0], bytes=stream.read().hex())
            connection.sendall(b"heard")

    threading.Thread(target=run).start()


def heard():
    """The connection's peer, and all that it sent."""
    return _heard


def _answer(line):
    verb, args, kwargs = json.loads(line)
    try:
        return {"result": globals()[verb](*args, **kwargs)}
    except TimeoutError:
        return {"error": "timeout"}
    except ssl.SSLError as error:
        return {"error": f"tls: {getattr(error, 'verify_message', None) or error.reason}"}
    except (OSError, HTTPException) as error:
        return {"error": type(error).__name__}


def main():
    path = sys.argv[1]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        while True:
            client, _peer = server.accept()
            with client, client.makefile("rw") as stream:
                stream.write(json.dumps(_answer(stream.readline())))


if __name__ == "__main__":
    main()
