"""Runs inside a task, standard library alone: calls each address once and tells what came back.

CALLS is JSON: [{"name", "address": "host:port", "send": text, "host": name or null}]. With a host the call is TLS: that
name is sent, and the certificate verified for it with the CAs of the image. Texts are Latin-1. Prints one line of JSON:
{name: {"got": text} or {"error": text}}. What is got is the first piece, or all where it was asked to close after that.
"""

import json
import os
import socket
import ssl


def call(wanted):
    host, port = wanted["address"].rsplit(":", 1)
    with socket.create_connection((host, int(port)), 5) as plain:
        if not wanted.get("host"):
            return exchange(plain, wanted)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=wanted["host"]) as secured:
            return exchange(secured, wanted)


def exchange(sock, wanted):
    sock.settimeout(5)
    sock.sendall(wanted["send"].encode("latin-1"))
    answer = sock.recv(65536)
    while "Connection: close" in wanted["send"] and (more := sock.recv(65536)):
        answer += more
    return answer.decode("latin-1")


def main():
    told = {}
    for wanted in json.loads(os.environ["CALLS"]):
        try:
            told[wanted["name"]] = {"got": call(wanted)}
        except OSError as error:
            told[wanted["name"]] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)


main()
