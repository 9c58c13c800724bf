# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings of a proxy: what an operator may say, and what its agent reads from /etc/twoway/proxy.json."""

from __future__ import annotations

import difflib
import ipaddress
import re

KINDS = ("service", "reverse")
_SECONDS = {
    "poll_seconds": (1, 60),
    "check_seconds": (1, 300),
    "metrics_seconds": (10, 3600),
    "unhealthy_seconds": (0, 300),
    "drain_seconds": (1, 3600),
}
_KNOWN = ("link", "region", "vpc_cidr", "auto_scaling_group", *_SECONDS)
_LINK = re.compile(r"[a-z][a-z0-9-]{0,23}")
_GROUP = re.compile(r"[A-Za-z0-9._-]{1,255}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_KEY = re.compile(r"[A-Za-z0-9/._-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class SettingsError(ValueError):
    """Tells every mistake at once, one a line: where, what was found, what is allowed."""


def check_settings(settings, kind):
    """The settings as the agent takes them. Raises SettingsError."""
    if kind not in KINDS:
        raise SettingsError(f"proxy: {kind!r} is not one of {', '.join(KINDS)}")
    if not isinstance(settings, dict):
        raise SettingsError(f"settings: {settings!r} is not a dictionary")
    cidrs = settings.get("vpc_cidr", [])
    cidrs = [cidrs] if isinstance(cidrs, str) else cidrs
    mistakes = [
        *_unknown(settings),
        *_no_match("link", settings, _LINK),
        *_no_match("region", settings, _REGION),
        *(_no_match("auto_scaling_group", settings, _GROUP) if "auto_scaling_group" in settings else ()),
        *_not_cidrs(cidrs, needed=kind == "reverse"),
        *_not_seconds(settings),
    ]
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    told = {name: settings[name] for name in ("auto_scaling_group", *_SECONDS) if name in settings}
    return {"proxy": kind, "link": settings["link"], "region": settings["region"], "vpc_cidr": list(cidrs), **told}


def check_agent(agent):
    """Where the agent is, as the module agent_bundle tells it. Raises SettingsError."""
    if not isinstance(agent, dict):
        raise SettingsError(f"agent: {agent!r} is not a dictionary")
    patterns = {"bucket": _BUCKET, "key": _KEY, "sha256": _SHA256}
    mistakes = [mistake for name, pattern in patterns.items() for mistake in _no_match(name, agent, pattern)]
    if mistakes:
        raise SettingsError("\n".join(f"agent.{mistake}" for mistake in mistakes))
    return {name: agent[name] for name in patterns}


def _unknown(settings):
    for name in sorted(set(settings) - set(_KNOWN), key=str):
        near = difflib.get_close_matches(str(name), _KNOWN, n=1)
        yield f"{name}: unknown" + (f", did you mean {near[0]}?" if near else f"; known are {', '.join(_KNOWN)}")


def _no_match(name, settings, pattern):
    value = settings.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        yield f"{name}: {value!r} does not match {pattern.pattern}"


def _not_cidrs(cidrs, needed):
    if not isinstance(cidrs, list) or (needed and not cidrs):
        yield f"vpc_cidr: {cidrs!r} is not a CIDR or a list of them; the way out refuses its own VPC's addresses"
        return
    for index, cidr in enumerate(cidrs):
        try:
            ipaddress.ip_network(cidr)
        except ValueError as problem:
            yield f"vpc_cidr[{index}]: {problem}"


def _not_seconds(settings):
    for name, (least, most) in _SECONDS.items():
        value = settings.get(name, least)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            yield f"{name}: {value!r} is not a number of seconds ({least}-{most})"
