# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What runs inside the probe's task: makes real connections and prints what came of each.

Its source is handed to a bare `python3 -c`, so it takes the standard library of
Python 3.10 alone, and finds its checks in the environment. PRIVATE to the collection.
"""

from __future__ import annotations

import base64
import errno
import http.client
import json
import os
import select
import socket
import ssl
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

CHECKS = "TWOWAY_PROBE_CHECKS"  # JSON, compressed, in base64
ROW, END = "TWOWAY-PROBE-ROW ", "TWOWAY-PROBE-END"
AT_ONCE = 32
LONGEST_BODY = 65536
PAUSE = 0.5  # between two tries of one check
HEAD_START = 0.25  # of an address of a name before the next
# No connection came about. A name that does not resolve is none of these: nothing was tried then.
REFUSALS = (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT, errno.EACCES, errno.EPERM)


class RefusedError(Exception):
    """Nobody took the connection, or the proxy would not make it."""


def pack(checks):
    return base64.b64encode(zlib.compress(json.dumps(checks, sort_keys=True).encode())).decode()


def unpack(text):
    return json.loads(zlib.decompress(base64.b64decode(text)))


def address(text, default_port):
    """("host", port) of "host:port" or "host"."""
    host, colon, port = text.rpartition(":")
    return (host, int(port)) if colon else (text, default_port)


def dial(host, port, timeout):
    try:
        return race(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout)
    except TimeoutError as error:
        raise RefusedError("timed out") from error
    except socket.gaierror:
        raise
    except OSError as error:
        if error.errno in REFUSALS:
            raise RefusedError(os.strerror(error.errno)) from error
        raise


def race(addresses, timeout):
    """A connection to whichever takes it first: each has `timeout` to, and the next waits no longer than HEAD_START.

    https://www.rfc-editor.org/rfc/rfc8305#section-5. Raises what came of the last one when none does.
    """
    left, asked, failures = list(addresses), {}, []
    try:
        while left or asked:
            if left:
                ask(left.pop(0), timeout, asked, failures)
            sock = first_taken(asked, failures, HEAD_START if left else timeout)
            if sock:
                del asked[sock]
                sock.settimeout(timeout)
                return sock
        raise failures[-1]
    finally:
        for sock in asked:
            sock.close()


def ask(address, timeout, asked, failures):
    """Begins a connection, which has until the time noted in `asked`."""
    family, kind, protocol, _name, target = address
    try:
        sock = socket.socket(family, kind, protocol)
    except OSError as error:  # a family that this machine does not speak
        failures.append(error)
        return
    sock.setblocking(False)
    code = sock.connect_ex(target)
    if code in (0, errno.EINPROGRESS):
        asked[sock] = time.monotonic() + timeout
    else:
        sock.close()
        failures.append(OSError(code, os.strerror(code)))


def first_taken(asked, failures, patience):
    """A socket that is connected, or None after `patience`, or sooner when one has failed."""
    if not asked:
        return None
    wait = min(patience, min(asked.values()) - time.monotonic())
    for sock in select.select([], list(asked), [], max(0.0, wait))[1]:
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if not code:
            return sock
        failures.append(OSError(code, os.strerror(code)))
        drop(sock, asked)
    for sock in [sock for sock, until in asked.items() if until <= time.monotonic()]:
        failures.append(TimeoutError("timed out"))
        drop(sock, asked)
    return None


def drop(sock, asked):
    del asked[sock]
    sock.close()


def dial_proxy(proxy, timeout):
    """A proxy that cannot be reached has refused nothing."""
    parts = urlsplit(proxy)
    try:
        return dial(parts.hostname, parts.port, timeout)
    except RefusedError as error:
        raise OSError(f"the proxy cannot be reached: {error}") from error


def tunnel(proxy, host, port, timeout):
    """A socket through an HTTP proxy's CONNECT. Only the proxy's own "no" counts as a refusal: 4xx."""
    sock = dial_proxy(proxy, timeout)
    target = f"{host}:{port}"
    sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise OSError("the proxy hung up")
        head += byte
    status_line = head.split(b"\r\n", 1)[0].decode("latin-1")
    status = int(status_line.split()[1])
    if 400 <= status < 500:
        raise RefusedError(f"the proxy said {status_line}")
    if status != 200:
        raise OSError(f"the proxy said {status_line}")
    return sock


def proxied(check, parts, port):
    """A connection to ask through, and the path to ask for: a tunnel for https, else the proxy itself."""
    path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    if parts.scheme == "https":
        return tunnel(check["proxy"], parts.hostname, port, check["timeout"]), path
    return dial_proxy(check["proxy"], check["timeout"]), f"{parts.scheme}://{parts.netloc}{path}"


def get(check):
    parts = urlsplit(check["url"])
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    timeout = check["timeout"]
    path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    if check["kind"] == "proxy":
        sock, path = proxied(check, parts, port)
    else:
        host, at = address(check["connect_to"], port) if check.get("connect_to") else (parts.hostname, port)
        sock = dial(host, at, timeout)
    try:
        if secure:
            # An empty ca_pem means the machine's own list of CAs.
            context = ssl.create_default_context(cadata=check.get("ca_pem") or None)
            # From 3.13 on Python asks a CA for extensions that old ones lack, and Envoy takes these as they are:
            # https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            sock = context.wrap_socket(sock, server_hostname=parts.hostname)
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=timeout)
        connection.sock = sock
        connection.request("GET", path, headers={"Host": parts.netloc, "Connection": "close", **check["headers"]})
        answer = connection.getresponse()
        found = {"status": answer.status, "answered": True, **body(answer.read(LONGEST_BODY))}
        if check["kind"] == "proxy" and not secure and is_the_proxys_own(found):
            raise RefusedError(f"the proxy said {answer.status} {answer.reason}")
        return found
    finally:
        sock.close()


def is_the_proxys_own(found):
    """A plain request's 403 may be the API's: ours says in JSON what was refused."""
    return found["status"] == 403 and isinstance(found.get("json"), dict) and "refused" in found["json"]


def body(raw):
    try:
        return {"json": json.loads(raw)}
    except ValueError:
        return {"text": raw[:200].decode("utf-8", "replace")}


def connect(check):
    dial(check["host"], check["port"], check["timeout"]).close()
    return {"connected": True}


def attempt(check):
    """What was found: a status, a connection, a refusal, or an error that is neither."""
    try:
        return connect(check) if check["kind"] == "tcp" else get(check)
    except RefusedError as error:
        return {"refused": str(error)}
    except socket.gaierror as error:
        return {"error": f"the name does not resolve: {error}"}
    except ssl.SSLError as error:
        return {"error": f"TLS: {getattr(error, 'verify_message', '') or error}"}
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def holds(expected, found):
    """True when all that is expected is found: mappings by key, True for anything there is, else by equality."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in found and holds(want, found[key]) for key, want in expected.items()
        )
    if expected is True and isinstance(found, str):
        return bool(found)
    return expected == found


def probe(check, clock=time.monotonic, sleep=time.sleep):
    """One row. Tries again until it is as expected, or `within` seconds are over."""
    began = clock()
    while True:
        found = attempt(check)
        ok = holds(check["expect"], found)
        if ok or clock() - began >= check["within"]:
            seconds = round(clock() - began, 3)
            return {"name": check["name"], "expected": check["expect"], "found": found, "ok": ok, "seconds": seconds}
        sleep(PAUSE)


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main():
    """What has to be met with silence takes longest, and so begins first. Rows come in the order of the checks."""
    checks = unpack(os.environ[CHECKS])
    longest_first = sorted(range(len(checks)), key=lambda index: not checks[index]["expect"].get("refused"))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        coming = {index: pool.submit(probe, checks[index]) for index in longest_first}
        for index in range(len(checks)):
            say(ROW + json.dumps(coming[index].result(), sort_keys=True))
    say(END)


if __name__ == "__main__":
    main()
