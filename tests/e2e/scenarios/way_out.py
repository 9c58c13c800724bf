"""Runs inside a task of the isolated side, standard library alone: tries the way out, and tells what it said.

ATTEMPTS is JSON: {"proxy": name, "port": 3128, "ca_pem": PEM, "attempts": [[what, request line, host or null], ...]}.
With a host, a tunnel that opens is used: TLS, certificate verified, and a GET. Prints one line of JSON:
[[what, status, words], ...].
"""

import json
import os
import socket
import ssl


def attempt(wanted, line, host):
    """(status, words) of one attempt over a connection of its own."""
    target = line.split()[1]
    with socket.create_connection((wanted["proxy"], wanted["port"]), 10) as sock:
        sock.sendall(f"{line} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        head, _blank, body = receive(sock).partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status == 200 and host:
            return through(sock, wanted, host)
        return status, why(body)


def receive(sock):
    """The head of an answer, with what came along, and the rest that its length promises."""
    data = b""
    while b"\r\n\r\n" not in data:
        got = sock.recv(65536)
        if not got:
            return data
        data += got
    head, _blank, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < (int(lengths[0]) if lengths else 0):
        got = sock.recv(65536)
        if not got:
            break
        body += got
    return head + b"\r\n\r\n" + body


def why(body):
    try:
        return json.loads(body).get("why", "")
    except (ValueError, AttributeError):
        return ""


def through(sock, wanted, host):
    context = ssl.create_default_context(cadata=wanted["ca_pem"])
    with context.wrap_socket(sock, server_hostname=host) as tls:
        tls.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return int(receive(tls).split(b" ", 2)[1]), "answered, certificate verified"


def main():
    wanted = json.loads(os.environ["ATTEMPTS"])
    told = []
    for what, line, host in wanted["attempts"]:
        try:
            status, words = attempt(wanted, line, host)
        except (OSError, IndexError, ValueError) as error:
            status, words = None, f"{type(error).__name__}: {error}"
        told.append([what, status, words])
    print(json.dumps(told), flush=True)


main()
