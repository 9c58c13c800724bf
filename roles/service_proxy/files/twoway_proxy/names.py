"""What may name a host: a DNS name in lower case, never an address and never a name without a dot."""

import re

from .sieve import Unusable

WILDCARD = "*."
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def check_host(text: str) -> str:
    """Raises Unusable. A last label of digits alone would be an IPv4 address (WHATWG URL, "ends in a number")."""
    if not isinstance(text, str) or len(text) > 253 or not _HOST.fullmatch(text):
        raise Unusable(f"host: {text!r:.80} is not a DNS name in lower case")
    last = text.rsplit(".", 1)[1]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise Unusable(f"host: {text!r} is an address, not a name")
    return text


def check_hosts(text: str) -> str:
    """As check_host, or `*.` before a name of two labels at least: every name with one label more, and no wider."""
    check_host(text.removeprefix(WILDCARD))
    return text


def check_port(port: int) -> int:
    if not 1 <= port <= 65535:
        raise Unusable(f"port: {port} is not a port (1-65535)")
    return port
