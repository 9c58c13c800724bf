"""Runs inside a task, standard library alone: tries to get out in many ways, and tells what came of each.

ESCAPE is JSON: {"way_out": name, "port": of the task's own egress profile, "listed": a host of it,
"neighbour": {"host", "port"} of another profile}. Prints a list of [what was tried, what came of it].
"""

import json
import os
import socket
import ssl

SECONDS = 4
wanted = json.loads(os.environ["ESCAPE"])
LISTED, NEIGHBOUR = wanted["listed"], wanted["neighbour"]
# The certificate is not what is tried here; the way out never sees it anyway.
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE


def dial(port=wanted["port"]):
    return socket.create_connection((wanted["way_out"], port), SECONDS)


def said(sock):
    """A status and why, as the way out tells them."""
    answer = b""
    while chunk := sock.recv(65536):
        answer += chunk
        head, _blank, body = answer.partition(b"\r\n\r\n")
        if body.endswith(b"}") or head.startswith(b"HTTP/1.1 200"):
            break
    if not answer:
        return "hung up"
    head, _blank, body = answer.partition(b"\r\n\r\n")
    status = head.split()[1].decode()
    why = json.loads(body)["why"] if body.startswith(b"{") else ""
    return f"{status} {why}".strip()


def ask(request):
    def attempt():
        with dial() as sock:
            sock.sendall(request.encode())
            return said(sock)

    return attempt


def connect(authority):
    return ask(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n")


def opened():
    sock = dial()
    sock.sendall(f"CONNECT {LISTED}:443 HTTP/1.1\r\nHost: {LISTED}:443\r\n\r\n".encode())
    if not said(sock).startswith("200"):
        raise ConnectionError
    return sock


def tls(server_name, tunnel=True):
    def attempt():
        with opened() if tunnel else dial() as sock, trusting.wrap_socket(sock, server_hostname=server_name) as inside:
            inside.sendall(f"GET / HTTP/1.1\r\nHost: {server_name}\r\nConnection: close\r\n\r\n".encode())
            return inside.recv(12).split()[1].decode()

    return attempt


def in_the_tunnel(payload):
    def attempt():
        with opened() as sock:
            sock.sendall(payload)
            return said(sock)

    return attempt


def other_port():
    with dial(NEIGHBOUR["port"]):
        return "connected"


def straight():
    with socket.create_connection((LISTED, 443), SECONDS):
        return "connected"


ATTEMPTS = {
    f"{LISTED}, by CONNECT": tls(LISTED),
    f"{LISTED}, by TLS alone": tls(LISTED, tunnel=False),
    f"{NEIGHBOUR['host']}, which a neighbour may reach": connect(f"{NEIGHBOUR['host']}:443"),
    "a host that nobody listed": connect("evil.example:443"),
    "a listed host at port 22": connect(f"{LISTED}:22"),
    "a public address": connect("93.184.216.34:443"),
    "the metadata service": connect("169.254.169.254:443"),
    "a listed host, and TLS for another": tls("evil.example"),
    "a listed host, and TLS for nobody": tls(None),
    "a listed host, and HTTP in the tunnel": in_the_tunnel(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    "a listed host, and SSH in the tunnel": in_the_tunnel(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "TLS alone, for a host that nobody listed": tls("evil.example", tunnel=False),
    "plain HTTP": ask(f"GET http://{LISTED}/ HTTP/1.1\r\nHost: {LISTED}\r\n\r\n"),
    "a header of 20 KB": ask(f"CONNECT {LISTED}:443 HTTP/1.1\r\nX: {'a' * 20_000}\r\n\r\n"),
    "the neighbour's port": other_port,
    "no way out at all": straight,
}


def outcome(attempt):
    try:
        return attempt()
    except TimeoutError:
        return "no answer"
    except (OSError, IndexError):
        return "hung up"


print(json.dumps([[what, outcome(attempt)] for what, attempt in ATTEMPTS.items()]), flush=True)
