"""The prober against real sockets: what is a connection, what a refusal, and what neither."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe import prober
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = "orders.tokyo.twoway.example"


class Answers(http.server.BaseHTTPRequestHandler):
    """Says what it was asked. As a proxy it lets nothing through but `allowed`."""

    allowed: str = ""

    def do_GET(self) -> None:
        text = json.dumps({"service": "orders", "host": self.headers["Host"], "path": self.path}).encode()
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_CONNECT(self) -> None:
        if self.path != self.allowed:
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as upstream:
            back = threading.Thread(target=pump, args=(upstream, self.connection), daemon=True)
            back.start()
            pump(self.connection, upstream)
            back.join()

    def log_message(self, *_args: object) -> None:
        """Nothing to say."""


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def serve(handler: type, context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def certificate(name: str) -> tuple[str, str]:
    """A self-signed certificate for the name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    return made(name, key, name, key, ca=True), private(key)


def made(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, ca: bool) -> str:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )


def private(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def pem() -> tuple[str, str]:
    return certificate(NAME)


@pytest.fixture(scope="module")
def secure_port(pem, tmp_path_factory) -> Iterator[int]:
    files = tmp_path_factory.mktemp("pki")
    (files / "c").write_text(pem[0])
    (files / "k").write_text(pem[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "c", files / "k")
    yield from serve(Answers, context)


@pytest.fixture(scope="module")
def plain_port() -> Iterator[int]:
    yield from serve(Answers)


@pytest.fixture(scope="module")
def proxy_port(secure_port) -> Iterator[int]:
    yield from serve(type("Proxy", (Answers,), {"allowed": f"{NAME}:{secure_port}"}))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port somebody has, so that nobody else can get it, and on which nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def check(kind: str, **more) -> dict:
    return {"name": "it", "kind": kind, "headers": {}, "timeout": 5.0, "within": 0.0, "expect": {"status": 200}, **more}


def test_a_secure_answer_is_verified_under_the_name_asked_for(secure_port, pem):
    asked = check("http", url=f"https://{NAME}/a?b=c", connect_to=f"127.0.0.1:{secure_port}", ca_pem=pem[0])
    found = prober.attempt(asked)
    told = {"service": "orders", "host": NAME, "path": "/a?b=c"}
    assert found == {"status": 200, "answered": True, "json": told}


def test_a_ca_of_old_is_good_enough_as_it_is_for_the_proxies(tmp_path):
    """Without key usage and key identifiers. Python 3.13 asks for them and Envoy does not."""
    authority, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "leaf").write_text(made(NAME, leaf, "old CA", authority, ca=False) + private(leaf))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "leaf")
    trusted = made("old CA", authority, "old CA", authority, ca=True)
    with contextlib.closing(serve(Answers, context)) as served:
        found = prober.attempt(
            check("http", url=f"https://{NAME}/", connect_to=f"127.0.0.1:{next(served)}", ca_pem=trusted)
        )
    assert found.get("status") == 200, found


def test_a_certificate_of_another_ca_is_an_error_not_a_refusal(secure_port):
    asked = check("http", url=f"https://{NAME}/", connect_to=f"127.0.0.1:{secure_port}", ca_pem=certificate(NAME)[0])
    found = prober.attempt(asked)
    assert found.keys() == {"error"} and found["error"].startswith("TLS: ")


def test_a_certificate_for_another_name_is_an_error(secure_port, pem):
    asked = check("http", url="https://billing.example/", connect_to=f"127.0.0.1:{secure_port}", ca_pem=pem[0])
    assert "mismatch" in prober.attempt(asked)["error"]


def test_headers_are_sent_and_the_status_is_told(plain_port):
    found = prober.attempt(check("http", url=f"http://127.0.0.1:{plain_port}/missing", headers={"Host": "a.example"}))
    assert found["status"] == 404
    assert found["json"]["host"] == "a.example"


def test_a_port_nobody_listens_on_is_a_refusal(closed_port):
    assert prober.attempt(check("tcp", host="127.0.0.1", port=closed_port)) == {"refused": "Connection refused"}
    assert "refused" in prober.attempt(check("http", url=f"http://127.0.0.1:{closed_port}/"))


def test_a_connection_that_is_taken_is_told(plain_port):
    assert prober.attempt(check("tcp", host="127.0.0.1", port=plain_port)) == {"connected": True}


@pytest.fixture
def silent() -> Iterator[int]:
    """A full backlog answers no SYN, as a security group answers none."""
    with socket.socket() as listening, socket.socket() as first:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        first.connect(listening.getsockname())
        yield listening.getsockname()[1]


def test_silence_is_a_refusal(silent):
    found = prober.attempt(check("tcp", host="127.0.0.1", port=silent, timeout=0.2))
    assert found == {"refused": "timed out"}


def addresses(*ports: int) -> list[tuple]:
    """What getaddrinfo tells of a name with that many addresses."""
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)) for port in ports]


def test_an_address_is_not_kept_waiting_by_one_that_says_nothing(silent, plain_port):
    with prober.race(addresses(silent, plain_port), timeout=60) as sock:
        assert sock.getpeername()[1] == plain_port and sock.gettimeout() == 60


def test_an_address_is_not_asked_while_the_one_before_takes_it(plain_port, monkeypatch):
    asked = []
    ask = prober.ask
    monkeypatch.setattr(prober, "ask", lambda address, *rest: (asked.append(address), ask(address, *rest)))
    prober.race(addresses(plain_port, plain_port), timeout=60).close()
    assert asked == addresses(plain_port)


def test_a_refusal_gives_way_to_the_next_address(closed_port, plain_port, monkeypatch):
    monkeypatch.setattr(prober, "HEAD_START", 60)
    with prober.race(addresses(closed_port, plain_port), timeout=60) as sock:
        assert sock.getpeername()[1] == plain_port


def test_each_address_is_listened_to_for_as_long(silent, monkeypatch):
    """Together, not one after the other."""
    monkeypatch.setattr(prober, "HEAD_START", 0.05)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        prober.race(addresses(*[silent] * 10), timeout=0.5)
    assert 0.5 + 9 * 0.05 <= time.monotonic() - began < 10 * 0.5


def test_a_family_that_the_machine_does_not_speak_is_passed_over(plain_port):
    strange = (socket.AF_APPLETALK, socket.SOCK_STREAM, 0, "", (0, 0))
    with prober.race([strange, *addresses(plain_port)], timeout=60) as sock:
        assert sock.getpeername()[1] == plain_port


def test_what_waits_for_silence_begins_first_and_rows_keep_their_order(monkeypatch, capsys):
    checks = [check("http", name="a"), check("tcp", name="b", expect={"refused": True}), check("http", name="c")]
    begun = []
    monkeypatch.setattr(prober, "AT_ONCE", 1)
    monkeypatch.setattr(prober, "probe", lambda one: begun.append(one["name"]) or {"name": one["name"]})
    monkeypatch.setenv(prober.CHECKS, prober.pack(checks))
    prober.main()
    rows = [f"{prober.ROW}{json.dumps({'name': name})}" for name in "abc"]
    assert begun == ["b", "a", "c"] and capsys.readouterr().out.splitlines() == [*rows, prober.END]


def test_a_name_that_does_not_resolve_is_no_refusal(monkeypatch):
    def nobody(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert "does not resolve" in prober.attempt(check("tcp", host="nowhere.example", port=1))["error"]


def test_a_proxy_lets_through_what_it_lists(proxy_port, secure_port, pem):
    url = f"https://{NAME}:{secure_port}/"
    found = prober.attempt(check("proxy", url=url, proxy=f"http://127.0.0.1:{proxy_port}", ca_pem=pem[0]))
    assert found["status"] == 200


def test_a_proxys_no_is_a_refusal(proxy_port):
    found = prober.attempt(check("proxy", url="https://evil.example/", proxy=f"http://127.0.0.1:{proxy_port}"))
    assert found == {"refused": "the proxy said HTTP/1.0 403 Forbidden"}


def test_a_plain_request_is_put_to_the_proxy_itself(plain_port):
    proxy = f"http://127.0.0.1:{plain_port}"
    found = prober.attempt(check("proxy", url="http://old.example:8080/a?b", proxy=proxy))
    assert found["json"] == {"service": "orders", "host": "old.example:8080", "path": "http://old.example:8080/a?b"}


@pytest.mark.parametrize(
    ("found", "refused"),
    [
        ({"status": 403, "json": {"refused": "old.example:80", "why": "this host is not listed"}}, True),
        ({"status": 403, "json": {"error": "no key"}}, False),
        ({"status": 403, "text": "no"}, False),
        ({"status": 404, "json": {"refused": "x"}}, False),
    ],
)
def test_a_plain_403_is_the_proxys_only_when_it_says_so(found, refused):
    assert prober.is_the_proxys_own(found) is refused


def test_a_proxy_that_is_not_there_has_refused_nothing(closed_port):
    found = prober.attempt(check("proxy", url="https://evil.example/", proxy=f"http://127.0.0.1:{closed_port}"))
    assert found.keys() == {"error"}


@pytest.mark.parametrize(
    ("expected", "found", "holds"),
    [
        ({"status": 200}, {"status": 200, "json": {}}, True),
        ({"status": 200}, {"status": 503}, False),
        ({"status": 200}, {"error": "TLS: no"}, False),
        ({"json": {"service": "a"}}, {"json": {"service": "a", "task": "1"}}, True),
        ({"json": {"service": "a"}}, {"json": {"service": "b"}}, False),
        ({"json": {"service": "a"}}, {"json": ["a"]}, False),
        ({"refused": True}, {"refused": "timed out"}, True),
        ({"refused": True}, {"connected": True}, False),
        ({"refused": True}, {"error": "the name does not resolve"}, False),
        ({"connected": True}, {"connected": True}, True),
        ({"connected": True}, {"refused": "timed out"}, False),
    ],
)
def test_holds(expected, found, holds):
    assert prober.holds(expected, found) is holds


def test_within_tries_until_it_is_as_expected(monkeypatch):
    answers = iter([{"status": 503}, {"status": 503}, {"status": 200}])
    monkeypatch.setattr(prober, "attempt", lambda _check: next(answers))
    time = [0.0]
    row = prober.probe(
        check("http", within=5.0), clock=lambda: time[0], sleep=lambda s: time.__setitem__(0, time[0] + s)
    )
    assert row["ok"] and row["seconds"] == 2 * prober.PAUSE


def test_within_ends(monkeypatch):
    monkeypatch.setattr(prober, "attempt", lambda _check: {"status": 503})
    time = [0.0]
    row = prober.probe(
        check("http", within=2.0), clock=lambda: time[0], sleep=lambda s: time.__setitem__(0, time[0] + s)
    )
    assert not row["ok"] and row["found"] == {"status": 503}


def test_checks_survive_the_environment():
    checks = [check("http", name=f"ä{n}") for n in range(1000)]
    packed = prober.pack(checks)
    assert prober.unpack(packed) == checks
    assert len(packed) < 16_000


def test_address():
    assert prober.address("door.example:8443", 443) == ("door.example", 8443)
    assert prober.address("door.example", 443) == ("door.example", 443)
