"""What the NLB puts before the bytes of a connection: PROXY protocol v2 with the endpoint's id."""

from __future__ import annotations

import socket
import struct

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
PP2_TYPE_AWS, VPCE_ID = 0xEA, 0x01


def header(client: str = "10.0.3.7", endpoint: str | None = "vpce-0123456789abcdef0") -> bytes:
    addresses = socket.inet_aton(client) + socket.inet_aton("10.0.0.5") + struct.pack("!HH", 40000, 3128)
    value = bytes([VPCE_ID]) + endpoint.encode() if endpoint else b""
    extension = struct.pack("!BH", PP2_TYPE_AWS, len(value)) + value if endpoint else b""
    return SIGNATURE + bytes([0x21, 0x11]) + struct.pack("!H", len(addresses + extension)) + addresses + extension
