"""An API call as it travels: what was asked, and errors in the protocol that the caller speaks."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4
from xml.sax.saxutils import escape

from rig import regions
from rig.control import s3_operations

Environ = dict[str, Any]
_CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_SUFFIXES = "|".join(map(re.escape, sorted(regions.DNS_SUFFIXES, key=len, reverse=True)))
_HOST = re.compile(rf"([a-z0-9.-]+?)(?:\.[a-z]+(?:-[a-z]+)+-\d+)?\.(?:{_SUFFIXES})(?::\d+)?$")
_MUTATES_NOT = re.compile(r"Describe|Get|List|BatchGet|Lookup|Search|Head|Filter|Poll|Validate|AssumeRole")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, read far enough to know who asks for what."""

    service: str
    region: str
    action: str
    access_key: str
    session_token: str
    protocol: str  # ec2, query, json, rest-json or rest-xml
    target: str = ""
    body: bytes = field(default=b"", repr=False)
    request_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def mutating(self) -> bool:
        return not _MUTATES_NOT.match(self.action)

    @classmethod
    def from_environ(cls, environ: Environ) -> Call:
        match = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        access_key, region, service = (
            match.groups() if match else ("", "", service_of_host(environ.get("HTTP_HOST", "")))
        )
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        body = _body(environ)
        form = parse_qs(body.decode("utf-8", "replace")) if _is_form(environ) else {}
        action = target.rpartition(".")[2] or form.get("Action", [""])[0] or _rest_action(service, environ)
        return cls(
            service=service,
            region=region,
            action=action,
            access_key=access_key,
            session_token=environ.get("HTTP_X_AMZ_SECURITY_TOKEN", ""),
            protocol=_protocol(service, target, environ),
            target=target,
            body=body,
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`lost`: it never reaches the caller, whose connection breaks instead."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    lost: bool = False

    @property
    def error_code(self) -> str:
        """The AWS error code in the body of a failed call, or ""."""
        if self.status < 400:
            return ""
        text = self.body.decode("utf-8", "replace")
        match = re.search(r"<Code>([^<]+)</Code>", text) or re.search(r'"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"', text)
        return match.group(1) if match else ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """An AWS error that every SDK turns into a ClientError."""
    content_type, body = _BODIES[call.protocol](call, code, message)
    return _answer(call, status, content_type, body, ("x-amzn-ErrorType", code))


def unsuccessful(call: Call, code: str, message: str) -> Answer:
    """EC2's 200 that did nothing: each id of the request, with the error.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html
    """
    form = parse_qs(call.body.decode("utf-8", "replace"))
    ids = [values[0] for key, values in sorted(form.items()) if re.fullmatch(r"\w+Id\.\d+", key)]
    items = "".join(
        f"<item><resourceId>{one}</resourceId><error><code>{code}</code><message>{escape(message)}</message></error></item>"
        for one in ids
    )
    text = (
        f"<{call.action}Response><requestId>{call.request_id}</requestId>"
        f"<unsuccessful>{items}</unsuccessful></{call.action}Response>"
    )
    return _answer(call, 200, "text/xml", text.encode())


def _answer(call: Call, status: int, content_type: str, body: bytes, *more: tuple[str, str]) -> Answer:
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", call.request_id),
        *more,
    ]
    return Answer(status=status, headers=headers, body=body)


def _ec2(call: Call, code: str, message: str) -> tuple[str, bytes]:
    text = (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></Errors>"
        f"<RequestID>{call.request_id}</RequestID></Response>"
    )
    return "text/xml", text.encode()


def _query(call: Call, code: str, message: str) -> tuple[str, bytes]:
    text = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        f"<RequestId>{call.request_id}</RequestId></ErrorResponse>"
    )
    return "text/xml", text.encode()


def _rest_xml(call: Call, code: str, message: str) -> tuple[str, bytes]:
    text = (
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{call.request_id}</RequestId></Error>"
    )
    return "application/xml", text.encode()


def _json(call: Call, code: str, message: str) -> tuple[str, bytes]:
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()


_BODIES = {"ec2": _ec2, "query": _query, "rest-xml": _rest_xml, "json": _json, "rest-json": _json}


def _protocol(service: str, target: str, environ: Environ) -> str:
    if service == "ec2":
        return "ec2"
    if target:
        return "json"
    if _is_form(environ):
        return "query"
    return "rest-xml" if service in ("s3", "route53", "cloudfront") else "rest-json"


def service_of_host(host: str) -> str:
    """The service of an unsigned request, from a host such as ssm.ap-northeast-1.amazonaws.com."""
    if re.match(r"(?:.+\.)?s3[.-]", host):
        return "s3"  # with a bucket in front, mostly
    match = _HOST.match(host)
    return match.group(1) if match else ""


def _rest_action(service: str, environ: Environ) -> str:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
    if service == "s3":
        return s3_operations.name(method, environ.get("HTTP_HOST", ""), path, environ.get("QUERY_STRING", ""))
    return f"{method.title()} {path}"


def _is_form(environ: Environ) -> bool:
    return environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")


def _body(environ: Environ) -> bytes:
    """The request's body, left in place for moto to read again. Nothing of one that comes in chunks."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not length:
        return b""
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body
