"""Runs on another team's instances, standard library alone: answers on TCP ports as what they are would.

PORTS is JSON, {port: kind}. A kind is `desktop` (the first two messages of RDP), `printer` and `ledger` (a line for
each line), or `web` (HTTP, which tells how it was asked).
"""

import http.server
import json
import os
import socketserver
import threading

NAME = os.uname().nodename
# https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr: X.224 Connection Request and Connection Confirm
ASK, CONFIRM = b"\x03\x00\x00\x13\x0e\xe0", bytes.fromhex("030000130ed000001234000200080002000000")


class Desktop(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.read(19).startswith(ASK):
            self.wfile.write(CONFIRM)


class Lines(socketserver.StreamRequestHandler):
    kind = ""

    def handle(self):
        for line in self.rfile:
            self.wfile.write(f"{self.kind}: {line.decode().strip()}\n".encode())


class Ledger(Lines):
    kind = "ledger"


class Printer(Lines):
    kind = "printer"


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"kind": "web", "path": self.path, "headers": asked}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


KINDS = {"desktop": Desktop, "ledger": Ledger, "printer": Printer, "web": Web}
servers = [Server(("", int(port)), KINDS[kind]) for port, kind in json.loads(os.environ["PORTS"]).items()]
threads = [threading.Thread(target=server.serve_forever) for server in servers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
