"""What Envoy counts, and how its statistics are read: each request once, when it is over. Pure.

The access logger that keeps statistics costs no line per request, counts exactly, and knows microseconds, where
Envoy's own histograms know milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from rig.fabric.envoy import parts
from rig.fabric.envoy.parts import Part

Key = TypeVar("Key")

FIXED_RESPONSE, REDIRECT = "fixed-response", "redirect"  # names of the routes that answer so

_SCOPE, _REQUESTS, _TIMES = "meter", "requests", "times"
_TAGS = {
    "listener": "",
    "cluster": "%UPSTREAM_CLUSTER_RAW%",
    "route": "%ROUTE_NAME%",
    "code": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
}
_REQUEST = re.compile(
    rf"{_SCOPE}\.{_REQUESTS}"
    + r"\.listener\.(?P<listener>[^.]*)\.cluster\.(?P<cluster>[^.]*)\.route\.(?P<route>[^.]*)"
    + r"\.code\.(?P<code>\d*)\.details\.(?P<details>.*)"
)
_CONNECTION_ERRORS = re.compile(r"cluster\.(?P<name>.+)\.upstream_cx_connect_(fail|timeout)")
_FLOWS = re.compile(r"tcp\.(?P<name>.+)\.downstream_cx_(?P<what>total|rx_bytes_total|tx_bytes_total)")
# The start of what Envoy says of a response that came, at least in part, from the target.
_FROM_TARGET = ("via_upstream", "upstream_reset_after_response_started", "downstream_")
_NO_TARGET = "no_healthy_upstream"
_MICROSECOND = 1e-6
# What a query for statistics asks for, in Envoy's regular expressions.
QUERY = (
    "/stats?format=json&histogram_buckets=detailed&usedonly&filter="
    + r"^(meter\.|cluster\..*upstream_cx_connect_|tcp\..*downstream_cx_)"
)


def bootstrap() -> Part:
    """Keep these statistics and none of the hundred others of each cluster; bring them up to date when asked."""
    kept = [
        {"prefix": f"{_SCOPE}."},
        *({"safe_regex": {"regex": each.pattern}} for each in (_CONNECTION_ERRORS, _FLOWS)),
    ]
    return {
        "stats_config": {"stats_matcher": {"inclusion_list": {"patterns": kept}}},
        "stats_flush_on_admin": True,
    }


def loggers(listener: str) -> list[Part]:
    """Of the connection manager of `listener`."""
    tags = [{"name": name, "value_format": format_ or listener} for name, format_ in _TAGS.items()]
    counter = {"stat": {"name": _REQUESTS, "tags": tags}, "value_fixed": 1}
    time = {
        "stat": {"name": _TIMES, "tags": [{"name": "cluster", "value_format": _TAGS["cluster"]}]},
        "unit": "Microseconds",
        # From the request's way out to the first of the answer: target_processing_time of the access logs.
        "value_format": "%COMMON_DURATION(US_TX_BEG:US_RX_BEG:us)%",
    }
    return [_logger(counters=[counter]), {**_logger(histograms=[time]), "filter": _answered()}]


def _logger(**stats: Any) -> Part:
    """One scope for all: what a listener has counted outlives it, until it has been read."""
    scope = {"prefix": _SCOPE, "sharing_name": _SCOPE}
    return parts.named(
        "envoy.access_loggers.stats", "extensions.access_loggers.stats.v3.Config", stats_scope=scope, **stats
    )


def _answered() -> Part:
    """Only where a target has answered is there a time to tell."""
    return {
        "extension_filter": parts.named(
            "envoy.access_loggers.extension_filters.cel",
            "extensions.access_loggers.filters.cel.v3.ExpressionFilter",
            expression='response.code_details == "via_upstream"',
        )
    }


def counters(answer: Mapping[str, Any]) -> dict[str, int]:
    """What Envoy's answer to QUERY counts, by the name of the statistic."""
    return {stat["name"]: stat["value"] for stat in answer["stats"] if "histograms" not in stat}


def times(answer: Mapping[str, Any]) -> dict[tuple[str, float], int]:
    """How often which cluster's targets took how many seconds.

    Envoy's bins are two digits wide: the middle of each is within 5 % of what fell into it.
    """
    found: dict[tuple[str, float], int] = {}
    for stat in answer["stats"]:
        for histogram in stat.get("histograms", {}).get("details", ()):
            cluster = histogram["name"].removeprefix(f"{_SCOPE}.{_TIMES}.cluster.")
            for each in histogram["totals"]:
                middle = round((each["lower_bound"] + each["width"] / 2) * _MICROSECOND, 9)
                found[cluster, middle] = each["count"]
    return found


def increments(found: Mapping[Key, int], before: Mapping[Key, int]) -> Iterator[tuple[Key, int]]:
    """What has been added. Envoy forgets what it counted when all that counts it is gone, and then begins anew."""
    for key, value in found.items():
        known = before.get(key, 0)
        if more := value - known if value >= known else value:
            yield key, more


def words(name: str) -> Iterator[tuple[str, str]]:
    """What one more of that statistic means: (name of the cluster or listener, word of Traffic)."""
    if request := _REQUEST.fullmatch(name):
        yield from _request_words(request)
    elif failed := _CONNECTION_ERRORS.fullmatch(name):
        yield failed["name"], "connection_errors"
    elif flow := _FLOWS.fullmatch(name):
        yield flow["name"], "flows" if flow["what"] == "total" else "bytes"


def _request_words(request: re.Match[str]) -> Iterator[tuple[str, str]]:
    listener, cluster, code, details = (request[part] for part in ("listener", "cluster", "code", "details"))
    if cluster and not details.startswith(_NO_TARGET):
        yield cluster, "requests"
    if details.startswith(_FROM_TARGET) and code not in ("", "0"):
        yield cluster, f"target_{code[0]}xx"
    elif request["route"] == FIXED_RESPONSE:
        yield listener, "fixed_responses"
    else:
        # A client that left before the answer is HTTP 460 to AWS.
        yield listener, f"elb_{code[0] if code not in ('', '0') else 4}xx"
        if code.startswith("5"):
            yield listener, f"elb_{code}"
        if request["route"] == REDIRECT:
            yield listener, "redirects"
