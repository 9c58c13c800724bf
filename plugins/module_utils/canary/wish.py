# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks of a canary, checked. PRIVATE to the collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.checks import slim, typed, without_baseline
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.options import ON_FAILURE, PLAN
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.serial import check_size
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.desired import (
    checks_of,
    refuse_no_text,
    texts_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import check_seconds
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place, weights_of

ALL = 100.0
WEIGHTS = (5.0, 25.0, 50.0, ALL)
# As much as stable has may be wrong with the canary, and half as much again; and what nobody would want anyway.
CHECKS = (
    {"metric": "error_rate", "max": 2.0, "max_ratio": 2.0, "floor": 0.5},
    {"metric": "latency", "statistic": "p95", "max_ratio": 1.5, "floor": 0.05},
)
ABORT_ON = ({"name": "many errors", "metric": "error_rate", "max": 10.0, "min_samples": 20},)
SHORTEST_LOCK, LONGEST_LOCK = 3, 900
# https://docs.docker.com/reference/cli/docker/image/tag/
VERSION = re.compile(r"[\w][\w.-]{0,127}")
TICKET = re.compile(r"[\w./:-]{1,64}")
# https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """`headers` may be secret, and are never written down."""

    url: str
    events: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 10.0
    tries: int = 3
    on_failure: str = m.PAUSED
    ca_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wish:
    place: Place
    cluster: str
    action: str
    image: str | None
    version: str | None
    plan: m.CanaryPlan
    force: bool
    by: str
    reason: str
    lock_seconds: float
    webhooks: tuple[Webhook, ...]
    topic_arn: str | None
    ticket: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Any], caller: str) -> Wish:
        """Raises PrivateLinkError for the first mistake, before anything is asked of AWS."""
        plan = plan_of(params["plan"] or {}, params["weights"], params["bake"])
        check_size(plan)
        lock_seconds = _within(params["lock_seconds"], "lock_seconds", SHORTEST_LOCK, LONGEST_LOCK)
        return cls(
            place=Place(link=params["link"], side=params["side"], service=params["service"]),
            cluster=params["cluster"] or params["link"],
            action=params["action"],
            image=params["image"],
            version=_matching(params["version"], VERSION, "version", "the tag of an image"),
            plan=plan,
            force=params["force"],
            by=params["by"] or caller,
            reason=params["reason"] or "",
            lock_seconds=lock_seconds,
            webhooks=_webhooks(params["webhooks"] or (), lock_seconds),
            topic_arn=_matching(params["topic_arn"], TOPIC, "topic_arn", "the ARN of a standard SNS topic"),
            ticket=_matching(params["ticket"], TICKET, "ticket", "1 to 64 letters, digits and . _ / : -") or "",
        )


def plan_of(given: Mapping[str, Any], weights: Sequence[float] | None = None, bake: int | None = None) -> m.CanaryPlan:
    """`weights` and `bake` stand for those of the plan."""
    said = {key: option.get("default") for key, option in PLAN.items()}
    said |= {key: value for key, value in given.items() if value is not None}
    if bake is not None:
        said["bake"] = bake
    steps = _steps(said, weights)
    abort_on = _checks(said["abort_on"], ABORT_ON, "plan.abort_on")
    return m.CanaryPlan(
        steps=steps,
        abort_on=abort_on,
        interval=_within(said["interval"], "plan.interval", 1, 3600),
        window=check_seconds(said["window"]),
        ignore_last=_within(said["ignore_last"], "plan.ignore_last", 0, 3600),
        min_healthy=_within(said["min_healthy"], "plan.min_healthy", 1, 5000),
        scale=said["scale"],
        start_timeout=_within(said["start_timeout"], "plan.start_timeout", 1, 86400),
        settle=_within(said["settle"], "plan.settle", 0, 3600),
    )


def _steps(said: Mapping[str, Any], weights: Sequence[float] | None) -> tuple[m.Step, ...]:
    if weights is not None or not said["steps"]:
        listed = [{"weight": weight} for weight in (weights or said["weights"] or WEIGHTS)]
    else:
        listed = said["steps"]
    last = len(listed) - 1
    steps = tuple(_step(entry, said, index == last, f"plan.steps[{index}]") for index, entry in enumerate(listed))
    _refuse_ways(steps)
    return steps


def _step(entry: Mapping[str, Any], said: Mapping[str, Any], is_last: bool, where: str) -> m.Step:
    own = {key: value for key, value in entry.items() if value is not None}
    weight = float(own["weight"])
    weights_of(weight)
    checks = _checks(own.get("checks", said["checks"]), CHECKS, f"{where}.checks")
    return m.Step(
        weight=weight,
        bake=_within(own.get("bake", said["bake"]), f"{where}.bake", 0, 604800),
        timeout=_within(own.get("timeout", said["timeout"]), f"{where}.timeout", 0, 604800),
        gate=bool(own.get("gate") or said["gate"]),
        checks=tuple(without_baseline(check) for check in checks) if is_last else checks,
    )


def _refuse_ways(steps: Sequence[m.Step]) -> None:
    """Up, step by step, and all the way: an end at 95 would be a canary for ever."""
    shares = [step.weight for step in steps]
    told = ", ".join(f"{share:g}" for share in shares)
    if shares[-1] != ALL:
        raise PrivateLinkError(
            where="plan.steps", found=told, allowed="weights that end at exactly 100", remedy="add a last step of 100"
        )
    if shares[0] <= 0 or any(later <= earlier for earlier, later in zip(shares, shares[1:], strict=False)):
        raise PrivateLinkError(where="plan.steps", found=told, allowed="weights above 0, each above the one before")


def _checks(
    given: Sequence[Mapping[str, Any]] | None, otherwise: Sequence[Mapping[str, Any]], where: str
) -> tuple[Mapping[str, Any], ...]:
    """An empty list asks for none."""
    listed = typed(otherwise if given is None else given, where)
    try:
        checks_of(listed) if listed else None
    except PrivateLinkError as error:
        raise PrivateLinkError(
            where=error.where.replace("checks", where, 1), found=error.found, allowed=error.allowed, remedy=error.remedy
        ) from None
    return tuple(slim(check) for check in listed)


def _webhooks(given: Sequence[Mapping[str, Any]], lock_seconds: float) -> tuple[Webhook, ...]:
    return tuple(_webhook(entry, f"webhooks[{index}]", lock_seconds) for index, entry in enumerate(given))


def _webhook(entry: Mapping[str, Any], where: str, lock_seconds: float) -> Webhook:
    if not entry["url"].startswith("https://"):
        raise PrivateLinkError(where=f"{where}.url", found=entry["url"], allowed="an address that begins with https://")
    # While one is waited for, the lock must not run out.
    timeout = _within(entry["timeout"], f"{where}.timeout", 1, max(1, int(lock_seconds / 2)))
    return Webhook(
        url=entry["url"],
        events=tuple(entry["events"]),
        headers=texts_of(entry["headers"] or {}, f"{where}.headers", secret=True),
        timeout=timeout,
        tries=_within(entry["tries"], f"{where}.tries", 1, 10),
        on_failure=ON_FAILURE[entry["on_failure"]],
        ca_path=entry["ca_path"],
    )


def _within(value: float, where: str, low: float, high: float) -> Any:
    if not low <= value <= high:
        raise PrivateLinkError(where=where, found=f"{value:g}", allowed=f"{low:g} to {high:g}")
    return value


def _matching(value: str | None, pattern: re.Pattern, where: str, allowed: str) -> str | None:
    if value is not None:
        refuse_no_text(value, where)
    if value is not None and not pattern.fullmatch(value):
        raise PrivateLinkError(where=where, found=value, allowed=allowed)
    return value


def named_image(wish: Wish, stable_image: str) -> str | None:
    """What the task says is to be tried; a version is of what stable runs. None where it leaves that open."""
    if not wish.version:
        return wish.image
    head, slash, name = stable_image.partition("@")[0].rpartition("/")
    return f"{head}{slash}{name.partition(':')[0]}:{wish.version}"
