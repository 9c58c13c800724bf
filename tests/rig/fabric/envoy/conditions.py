"""ELBv2 rule conditions as Envoy route matches.

docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html:
"*" stands for any characters, "?" for exactly one; hosts and header values are
compared without regard to case, paths with; several values of a condition mean "or".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

from rig.fabric.envoy.parts import Part
from rig.world import Condition

SOURCE_HEADER = "x-rig-source"  # the client's address, set before routing and taken away after


def match(conditions: Iterable[Condition]) -> Part:
    """A RouteMatch that needs all of `conditions`."""
    path: Part = {"prefix": "/"}
    headers: list[Part] = []
    for condition in conditions:
        if condition.kind == "path-pattern":
            path = {"safe_regex": {"regex": _any_of(_pattern(value) for value in condition.values)}}
        else:
            headers.append(_header(condition))
    return {**path, "headers": headers}


def _header(condition: Condition) -> Part:
    values = condition.values
    match condition.kind:
        case "host-header":
            return _matches(":authority", "(?i)" + _any_of(_pattern(value) for value in values) + r"(:\d+)?")
        case "http-header":
            return _matches(condition.name.lower(), "(?i)" + _any_of(_pattern(value) for value in values))
        case "http-request-method":
            return _matches(":method", _any_of(re.escape(value) for value in values))
        case "query-string":
            return _matches(":path", r"(?i)[^?]*\?(.*&)?" + _any_of(_query(value) for value in values) + "(&.*)?")
        case "source-ip":
            return _matches(SOURCE_HEADER, _any_of(_network(value) for value in values))
    raise ValueError(f"no such condition: {condition.kind}")


def _matches(header: str, regex: str) -> Part:
    return {"name": header, "string_match": {"safe_regex": {"regex": regex}}}


def _any_of(patterns: Iterable[str]) -> str:
    return "(" + "|".join(patterns) + ")"


def _pattern(value: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in value)


def _query(value: str) -> str:
    """ "key=value", or "=value" for a value under any key."""
    key, _equals, wanted = value.rpartition("=")
    within = r"[^&]*"
    pattern = "".join({"*": within, "?": "[^&]"}.get(character, re.escape(character)) for character in wanted)
    return f"{re.escape(key) if key else '[^=&]*'}={pattern}"


def _network(cidr: str) -> str:
    """An address in dotted form, within the network."""
    network = ip_network(cidr, strict=False)
    if not isinstance(network, IPv4Network):
        return "[^.]*"  # the sandbox has no IPv6: such a value matches nobody
    first, last = network[0].packed, network[-1].packed
    return r"\.".join(_octet(low, high) for low, high in zip(first, last, strict=True))


def _octet(low: int, high: int) -> str:
    return r"\d+" if (low, high) == (0, 255) else _any_of(str(value) for value in range(low, high + 1))
