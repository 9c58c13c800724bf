"""Runs as a service, standard library alone: answers with what it heard outside, by the way out its environment tells.

ASK names the external APIs to ask over HTTPS_PROXY; what is past the proxies is asked if OUTBOUND_LICENCES is there.
A request that cannot be asked outside is a 502.
"""

import http.client
import json
import os
import signal
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SECONDS = 5


def over_the_proxy(host):
    proxy = urlsplit(os.environ["HTTPS_PROXY"])
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, timeout=SECONDS, context=context)
    try:
        connection.set_tunnel(host, 443)
        connection.request("GET", "/")
        return json.loads(connection.getresponse().read())["host"]
    finally:
        connection.close()


def past_the_proxies():
    host, _colon, port = os.environ["OUTBOUND_LICENCES"].rpartition(":")
    with socket.create_connection((host, int(port)), SECONDS) as sock, sock.makefile("rwb") as stream:
        greeting = json.loads(stream.readline())
        stream.write(b"7 seats\n")
        stream.flush()
        return {**greeting, "echo": stream.readline().decode().strip()}


def outside():
    told = {"asked": [over_the_proxy(host) for host in os.environ["ASK"].split()]}
    return {**told, "licences": past_the_proxies()} if "OUTBOUND_LICENCES" in os.environ else told


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            status, told = (200, {}) if self.path == "/healthz" else (200, outside())
        except (OSError, ValueError, http.client.HTTPException) as error:
            status, told = 502, {"error": repr(error)}
            print(told, flush=True)
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


server = ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()  # answers what has been asked
