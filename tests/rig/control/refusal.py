"""How each protocol of AWS says no: to a key it does not let in, to too many calls, on a bad day.

EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
others: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from rig.control import credentials, wire

_EC2_UNKNOWN = "AWS was not able to validate the provided access credentials"
_INVALID = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_MISSING = "Request is missing Authentication Token"

# (protocol, refusal) -> (HTTP status, code, message)
_ANSWERS = {
    ("ec2", "missing"): (401, "AuthFailure", _EC2_UNKNOWN),
    ("ec2", "unknown"): (401, "AuthFailure", _EC2_UNKNOWN),
    ("ec2", "expired"): (400, "RequestExpired", "Request has expired."),
    ("query", "missing"): (403, "MissingAuthenticationToken", _MISSING),
    ("query", "unknown"): (403, "InvalidClientTokenId", _INVALID),
    ("query", "expired"): (403, "ExpiredToken", _EXPIRED),
    ("json", "missing"): (400, "MissingAuthenticationTokenException", _MISSING),
    ("json", "unknown"): (400, "UnrecognizedClientException", _INVALID),
    ("json", "expired"): (400, "ExpiredTokenException", _EXPIRED),
    ("rest-json", "missing"): (403, "MissingAuthenticationTokenException", _MISSING),
    ("rest-json", "unknown"): (403, "UnrecognizedClientException", _INVALID),
    ("rest-json", "expired"): (403, "ExpiredTokenException", _EXPIRED),
    ("rest-xml", "missing"): (403, "AccessDenied", "Access Denied"),
    ("rest-xml", "unknown"): (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist."),
    ("rest-xml", "expired"): (400, "ExpiredToken", "The provided token has expired."),
}
_THROTTLED = {
    "ec2": (503, "RequestLimitExceeded", "Request limit exceeded."),
    "query": (400, "Throttling", "Rate exceeded"),
    "json": (400, "ThrottlingException", "Rate exceeded"),
    "rest-json": (429, "TooManyRequestsException", "Too Many Requests"),
    "rest-xml": (503, "SlowDown", "Please reduce your request rate."),
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
_ELB_THROTTLED = (400, "ThrottlingException", "Rate exceeded")
THROTTLE_CODES = frozenset(code for _status, code, _message in (*_THROTTLED.values(), _ELB_THROTTLED))
_UNAVAILABLE = {
    "ec2": (503, "Unavailable", "The server is overloaded and can't handle the request."),
    "query": (503, "ServiceUnavailable", "Service is unable to handle request."),
    "json": (500, "InternalServerError", "An error occurred on the server side."),
    "rest-json": (503, "ServiceUnavailableException", "Service is unable to handle request."),
    "rest-xml": (503, "ServiceUnavailable", "Please reduce your request rate."),
}


def of(call: wire.Call) -> wire.Answer | None:
    """The error for a call whose key is missing, unknown or expired; None for all others."""
    why = credentials.refusal(call.access_key, call.session_token)
    return wire.error(call, *_ANSWERS[call.protocol, why]) if why else None


def throttled(call: wire.Call) -> wire.Answer:
    """https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html and each service's common errors."""
    elb = call.service == "elasticloadbalancing"
    return wire.error(call, *(_ELB_THROTTLED if elb else _THROTTLED[call.protocol]))


def unavailable(call: wire.Call) -> wire.Answer:
    return wire.error(call, *_UNAVAILABLE[call.protocol])
