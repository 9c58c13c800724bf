"""A company's servers behind a VPN: any address of theirs, on any port, speaks first and then sends back each line.

Runs as `python -m rig.fabric.premises FD`: a listening socket. The greeting is a line of JSON that
says who was reached and by whom, so that protocols can be tried in which the server begins.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys

from rig.fabric import addresses, kernel

_HOST = str(addresses.PREMISES[-2])
_PORT = 1947
_ORIGINAL_DESTINATION = 80  # SO_ORIGINAL_DST of linux/netfilter_ipv4.h

RULESET = f"""
table ip premises
delete table ip premises
table ip premises {{
  chain any_host_and_port {{
    type nat hook prerouting priority -100;
    ip daddr {addresses.PREMISES} meta l4proto tcp dnat to {_HOST}:{_PORT}
  }}
}}
"""


def listening() -> tuple[socket.socket]:
    """To be called inside the premises' namespace."""
    return (socket.create_server((_HOST, _PORT), backlog=1024),)


def reached(connection: socket.socket) -> tuple[str, int]:
    """Where the client wanted to go, before it was led here."""
    _family, port, address = struct.unpack("!HH4s8x", connection.getsockopt(socket.SOL_IP, _ORIGINAL_DESTINATION, 16))
    return socket.inet_ntoa(address), port


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    address, port = reached(writer.get_extra_info("socket"))
    greeting = {"address": address, "port": port, "client": writer.get_extra_info("peername")[0]}
    writer.write(json.dumps(greeting).encode() + b"\n")
    try:
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()
    except (ConnectionError, ValueError):  # the client is gone, or its line has no end
        pass
    finally:
        writer.close()


async def serve(listener: socket.socket) -> None:
    await (await asyncio.start_server(answer, sock=listener)).serve_forever()


def main() -> None:
    kernel.die_with_parent()
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
