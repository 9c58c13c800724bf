"""The Internet's hosts: any name under .example, on any port, with a certificate of the sandbox's public CA.

Runs as `python -m rig.fabric.internet PKI-DIRECTORY FD FD`: two listening sockets, plain and TLS.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import tempfile
from functools import cache
from pathlib import Path

from rig.fabric import addresses, http, kernel
from rig.pki import Pki

_HOST = addresses.EXAMPLE_HOSTS[-2]
_PLAIN_PORT = 80
_TLS_PORT = 443

# All names lead to one host. Every port but 80 speaks TLS, so that an API may be said to listen anywhere.
RULESET = f"""
table ip internet
delete table ip internet
table ip internet {{
  chain any_host_and_port {{
    type nat hook prerouting priority -100;
    ip daddr {addresses.EXAMPLE_HOSTS} tcp dport {_PLAIN_PORT} dnat to {_HOST}:{_PLAIN_PORT}
    ip daddr {addresses.EXAMPLE_HOSTS} meta l4proto tcp dnat to {_HOST}:{_TLS_PORT}
  }}
}}
"""


def listening() -> tuple[socket.socket, socket.socket]:
    """The two sockets. To be called inside the Internet's namespace."""
    host = str(_HOST)
    return (
        socket.create_server((host, _PLAIN_PORT), backlog=1024),
        socket.create_server((host, _TLS_PORT), backlog=1024),
    )


async def answer(request: http.Request) -> http.Response:
    """Says what arrived: enough for a caller to see who was reached, and as whom it called."""
    host = request.headers.get("host", "")
    about = {"host": host, "path": request.target, "headers": request.headers, "client": request.peer}
    return http.Response.of_json(about)


def context(pki: Pki) -> ssl.SSLContext:
    """TLS as any host: the certificate is made for the name that the client asks for."""

    @cache
    def as_host(name: str) -> ssl.SSLContext:
        issued = pki.public.issue([name])
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile("w") as chain, tempfile.NamedTemporaryFile("w") as key:
            Path(chain.name).write_text(issued.chain_pem)
            Path(key.name).write_text(issued.key_pem)
            made.load_cert_chain(chain.name, key.name)
        return made

    def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        if name:
            connection.context = as_host(name)

    nameless = as_host("nameless.example")
    nameless.sni_callback = choose  # type: ignore[assignment]
    return nameless


async def serve(pki: Pki, plain: socket.socket, tls: socket.socket) -> None:
    server = http.Server(answer)
    await server.listen(plain)
    await (await server.listen(tls, context(pki))).serve_forever()


def main() -> None:
    kernel.die_with_parent()
    directory, plain, tls = sys.argv[1:]
    asyncio.run(serve(Pki(Path(directory)), socket.socket(fileno=int(plain)), socket.socket(fileno=int(tls))))


if __name__ == "__main__":
    main()
