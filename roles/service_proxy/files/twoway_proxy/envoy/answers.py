"""Answers that a proxy gives itself: JSON that always says why, whoever in Envoy refused.

Envoy leaves the body of many of them empty (`missing_host_header`, `upgrade_failed`, ...) or says no more than the
status does ("Bad Request"). What it knows is in the details of the response code, so these are told in words here; of
what is in no list, the details themselves.
https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details
"""

from collections.abc import Mapping
from typing import Any

_CEL = "envoy.access_loggers.extension_filters.cel"
_EXPRESSION = "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"
# Details, as a regular expression for their beginning, and what is told of them. The first that fits counts.
_COMMON = (
    (r"overload", "this instance has no memory left for one more request: ask again"),
    (r"http1\.headers_too_large|request_headers_too_large", "the headers are larger than is taken here"),
    (r"http1\.too_many_headers", "there are more headers than are taken here"),
    (r"request_header_timeout", "the headers did not end in time"),
    (r"missing_host", "the request names no host: neither a Host header nor a whole URL"),
    (r"http\.invalid_authority|http1\.invalid_(url|scheme)", "what is asked for is no host, host:port or URL of http"),
    (r"http1\.body_disallowed", "a CONNECT has no body: no Content-Length but 0"),
    (r"http1\.(transfer_encoding|invalid_transfer_encoding)", "this Transfer-Encoding is not taken here"),
    (r"absolute_path_rejected|path_normalization", "the path does not begin with a slash, or is not to be understood"),
    (r"http[12]?\.", "this is no request of HTTP that can be read"),
)
# These have words of their own: ours, where a route answers, and Envoy's.
_TOLD = r"direct_response|dns_resolution_failure|no_healthy_upstream|stream_idle_timeout|upstream_"


def answers(why: str, others: Mapping[str, str], told: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """The local_reply_config. `why` is the field of the JSON that is never empty, `told` what comes before the rest."""
    mappers = [_mapper(_begins(details), body={"inline_string": text}) for details, text in (*told, *_COMMON)]
    unknown = {"json_format": {why: "%RESPONSE_CODE_DETAILS%", **others}}
    mappers.append(_mapper(f"!{_begins(_TOLD)}", body_format_override=unknown))
    return {"mappers": mappers, "body_format": {"json_format": {why: "%LOCAL_REPLY_BODY%", **others}}}


def _begins(details: str) -> str:
    return f"response.code_details.matches(r'^({details})')"


def _mapper(expression: str, **answer: Any) -> dict[str, Any]:
    wanted = {"name": _CEL, "typed_config": {"@type": _EXPRESSION, "expression": expression}}
    return {"filter": {"extension_filter": wanted}, **answer}
