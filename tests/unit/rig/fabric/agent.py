"""A client inside a workload: does what the test process asks over a Unix socket, from where it stands."""

from __future__ import annotations

import json
import socket
import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

_TIMEOUT = 2.0


def fetch(url, *, ca=None, headers=None, to=None, method="GET", body=None, proxy_header=None):
    """`to` is the (host, port) to connect to, when it is not the URL's."""
    parts = urlsplit(url)
    tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
    host, port = to or (parts.hostname, parts.port or (443 if tls else 80))
    sock = socket.create_connection((host, port), _TIMEOUT)
    if tls:
        sock = tls.wrap_socket(sock, server_hostname=parts.hostname)
    connection = (HTTPSConnection if tls else HTTPConnection)(parts.netloc, timeout=_TIMEOUT)
    connection.sock = sock
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    return {"status": answer.status, "headers": dict(answer.headers), "body": answer.read().decode()}


def connect(host, port):
    socket.create_connection((host, port), _TIMEOUT).close()
    return "open"


def greet(host, port):
    """What the other side says first, and whether it ends the connection."""
    with socket.create_connection((host, port), _TIMEOUT) as sock:
        sock.sendall(b"x")
        return sock.recv(4096).hex()


def resolve(name):
    return sorted({found[4][0] for found in socket.getaddrinfo(name, 80, socket.AF_INET, socket.SOCK_STREAM)})


def listen_once(port):
    """The first bytes that a connection to `port` brings."""
    with socket.create_server(("0.0.0.0", port)) as server:
        server.settimeout(10)
        connection, peer = server.accept()
        with connection:
            connection.settimeout(_TIMEOUT)
            return {"peer": peer[0], "bytes": connection.recv(4096).hex()}


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
            client, _ = server.accept()
            with client, client.makefile("rw") as stream:
                stream.write(json.dumps(_answer(stream.readline())))


if __name__ == "__main__":
    main()
