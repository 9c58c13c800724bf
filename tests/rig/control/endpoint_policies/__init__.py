"""Endpoint policies: what AWS says to a call that comes through an endpoint whose policy does not allow it.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

import json

from rig import regions
from rig.control import credentials, wire
from rig.control.ec2.endpoint import Endpoint
from rig.control.endpoint_policies import asked, language, way
from rig.control.endpoint_policies.asked import Ask, Caller

# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_REASONS = {
    language.NOT_ALLOWED: "because no VPC endpoint policy allows the {action} action",
    language.DENIED: "with an explicit deny in a VPC endpoint policy",
}
_DENIALS = {
    "ec2": (403, "UnauthorizedOperation"),
    "query": (403, "AccessDenied"),
    "rest-xml": (403, "AccessDenied"),
    "json": (400, "AccessDeniedException"),
    "rest-json": (403, "AccessDeniedException"),
}
_PLAIN = "Access Denied"


def answer(call: wire.Call, environ: wire.Environ) -> wire.Answer | None:
    """The refusal of a call that came through an endpoint and may not; None for all others."""
    endpoint = way.of_call(environ)
    if endpoint is None:
        return None
    caller = Caller.of(credentials.account_of(call.access_key), regions.partition_of(call.region).id, call.access_key)
    for ask in asked.of(call, environ, caller):
        if reason := objection(endpoint, caller, ask, way.source_of(environ)):
            return _refusal(call, environ, reason)
    return None


def objection(endpoint: Endpoint, caller: Caller, ask: Ask, source: str = "") -> str | None:
    """Why the endpoint's policy does not let the caller do it, in AWS's words; None when it does."""
    verdict = language.decide(
        json.loads(endpoint.policy),
        principals=caller.names(by_account=endpoint.type != "Gateway"),
        action=ask.action,
        resource=ask.resource,
        context={**caller.context(), **ask.context(), **_place(endpoint, source)},
    )
    if verdict == language.ALLOWED:
        return None
    if ask.action.startswith("s3:") and caller.account_id != ask.owner:
        # "Cross-account requests outside of the same organization return a generic Access Denied message."
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
        return _PLAIN
    resource = f'"{ask.resource}"' if ask.action.startswith("s3:") else ask.resource
    why = _REASONS[verdict].format(action=ask.action)
    return f"User: {caller.session_arn} is not authorized to perform: {ask.action} on resource: {resource} {why}"


def _place(endpoint: Endpoint, source: str) -> dict[str, str]:
    here = {"aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpc_id, "aws:SecureTransport": "true"}
    return {**here, "aws:VpcSourceIp": source} if source else here


def _refusal(call: wire.Call, environ: wire.Environ, reason: str) -> wire.Answer:
    status, code = _DENIALS[call.protocol]
    said = f"You are not authorized to perform this operation. {reason}" if call.protocol == "ec2" else reason
    answer = wire.error(call, status, code, said)
    if environ["REQUEST_METHOD"] != "HEAD":
        return answer
    return wire.Answer(status=status, headers=answer.headers, body=b"")
