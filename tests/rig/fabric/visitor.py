"""A visitor from the Internet: what a browser does, or CloudFront on its behalf, with a public name."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rig.fabric import addresses
from rig.fabric.names import Names
from rig.fabric.namespaces import Network

_SECONDS = 5.0
_LONGEST_BODY = 1 << 16
_PORTS = {"http": 80, "https": 443}


class Visitor:
    def __init__(self, network: Network, authority: Path, names: Callable[[], Names]) -> None:
        self._network = network
        self._authority = authority
        self._names = names

    def fetch(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """GETs {url}, with {headers}, from {connect_to} ("host:port") where the name of the URL leads elsewhere.

        {status, headers, body}, or the {error} that came instead. TLS is verified for the host of the URL.
        """
        url = urlsplit(request["url"])
        host, _colon, port = str(request.get("connect_to") or url.netloc).partition(":")
        try:
            with self._dial(host, int(port or _PORTS[url.scheme])) as plain:
                sock = self._secured(plain, url.hostname or "") if url.scheme == "https" else plain
                return _asked(sock, url.netloc, f"{url.path or '/'}", request.get("headers") or {})
        except (OSError, http.client.HTTPException) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _dial(self, host: str, port: int) -> socket.socket:
        found = self._names().resolve("", host.lower())
        if not found:
            raise OSError(f"{host} does not resolve")
        with self._network.inside():
            return socket.create_connection((found[0], port), _SECONDS, source_address=(addresses.VISITOR, 0))

    def _secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        return ssl.create_default_context(cafile=str(self._authority)).wrap_socket(plain, server_hostname=host)


def _asked(sock: socket.socket, host: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(host, timeout=_SECONDS)
    connection.sock = sock
    connection.request("GET", path, headers={"Connection": "close", **headers})
    answer = connection.getresponse()
    body = answer.read(_LONGEST_BODY).decode(errors="replace")
    return {"status": answer.status, "headers": dict(answer.getheaders()), "body": body}
