# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the options of an entry, and entries among themselves, must agree in. PRIVATE to the collection; stdlib only.

A value that is itself wrong is None here and has been told already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import fargate
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.link.quotas import QUOTAS

Entry = Mapping[str, Any]

RESERVED_PATHS = {"/_link": "load balancer", "/catalog": "service proxy"}  # who answers there itself
OF_THE_LOAD_BALANCER = "/_link"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#slow-start-mode
SLOW_START_LEAST = 30
TARGETS = ("cpu", "memory", "requests")


def within_service(entry: Entry, where: str) -> list[Mistake]:
    return [mistake for rule in RULES for mistake in rule(entry, where)]


def between_services(entries: Sequence[Entry | None], where: str) -> list[Mistake]:
    return [*(m for key in ("name", "path", "host") for m in twice(entries, key, where)), *_hosts(entries, where)]


def twice(entries: Sequence[Entry | None], key: str, where: str) -> list[Mistake]:
    """What two entries share. Of two with one name only the name is told: the rest follows from it."""
    first: dict[Any, int] = {}
    mistakes = []
    for index, entry in enumerate(entries):
        value = (entry or {}).get(key)
        if value is None:
            continue
        if value in first and (key == "name" or entry["name"] != entries[first[value]]["name"]):
            mistakes.append(
                Mistake(
                    where=f"{where}[{index}].{key}",
                    found=f"{value!r}, the {key} of {where}[{first[value]}] too",
                    allowed="each one once",
                    remedy="rename one of the two" if key == "name" else f"give one of the two another {key}",
                )
            )
        first.setdefault(value, index)
    return mistakes


def plain_statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    """As IAM takes it: without the keys that were left out."""
    return {key: value for key, value in statement.items() if value is not None}


def _hosts(entries: Sequence[Entry | None], where: str) -> Iterator[Mistake]:
    """A further host must be nobody's: whose rule came first would decide who answers."""
    owners = {
        entry["host"]: f"{where}[{index}].host" for index, entry in enumerate(entries) if entry and entry.get("host")
    }
    for index, entry in enumerate(entries):
        for position, host in enumerate(_conditions(entry or {}, "hosts")):
            place = f"{where}[{index}].conditions.hosts[{position}]"
            if host in owners:
                yield Mistake(
                    where=place,
                    found=f"{host!r}, as at {owners[host]}",
                    allowed="a host name that no service answers to yet",
                    remedy="take one of the two away",
                )
            elif host is not None:
                owners[host] = place


def _conditions(entry: Entry, kind: str) -> Sequence[Any]:
    """The repeated within one list have been told already."""
    return tuple(dict.fromkeys((entry.get("conditions") or {}).get(kind) or ()))


def _size(entry: Entry, where: str) -> Iterator[Mistake]:
    cpu, memory = entry.get("cpu"), entry.get("memory")
    if cpu is not None and memory is not None and not fargate.memory_fits(cpu, memory):
        yield Mistake(
            where=f"{where}.memory",
            found=f"{memory} MiB with {cpu} CPU units",
            allowed=fargate.memory_words(cpu),
            remedy="Fargate runs fixed sizes only: change memory or cpu",
        )


def _health_check(entry: Entry, where: str) -> Iterator[Mistake]:
    settings = entry.get("health_check") or {}
    interval, timeout = settings.get("interval"), settings.get("timeout")
    if interval is not None and timeout is not None and timeout >= interval:
        yield Mistake(
            where=f"{where}.health_check.timeout",
            found=f"{timeout} s with an interval of {interval} s",
            allowed=f"less than {interval}",
            remedy="shorten the timeout or lengthen the interval",
        )


def _paths(entry: Entry, where: str) -> Iterator[Mistake]:
    """The rule for the load balancer's own health comes before those of services."""
    reserved = [(f"{where}.path", entry.get("path") or "", path, owner) for path, owner in RESERVED_PATHS.items()]
    for index, pattern in enumerate(_conditions(entry, "paths")):
        place = f"{where}.conditions.paths[{index}]"
        reserved.append((place, pattern or "", OF_THE_LOAD_BALANCER, RESERVED_PATHS[OF_THE_LOAD_BALANCER]))
    for place, path, taken, owner in reserved:
        if path == taken or path.startswith(f"{taken}/"):
            yield Mistake(
                where=place,
                found=repr(path),
                allowed=f"any path but {taken} and what is below it",
                remedy=f"the {owner} answers there itself: choose another",
            )


def _slow_start(entry: Entry, where: str) -> Iterator[Mistake]:
    seconds = entry.get("slow_start")
    if seconds and seconds < SLOW_START_LEAST:
        yield Mistake(
            where=f"{where}.slow_start",
            found=f"{seconds} s",
            allowed=f"0, or {SLOW_START_LEAST} and more",
            remedy="AWS takes no shorter one: lengthen it or leave it out",
        )


def _secrets(entry: Entry, where: str) -> Iterator[Mistake]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""
    both = sorted((entry.get("secrets") or {}).keys() & (entry.get("environment") or {}).keys())
    for name in both:
        yield Mistake(
            where=f"{where}.secrets.{name}",
            found="a name that environment has too",
            allowed="a name in one of the two",
            remedy="ECS refuses it: take it out of environment",
        )
    if entry.get("secret_keys") and not entry.get("secrets") and entry.get("secrets") is not None:
        yield Mistake(
            where=f"{where}.secret_keys",
            found="keys, and no secrets",
            allowed="keys of the secrets named in secrets",
            remedy="take it away",
        )


def _autoscaling(entry: Entry, where: str) -> Iterator[Mistake]:
    scaling = entry.get("autoscaling")
    if not scaling:
        return
    least, most = scaling.get("min"), scaling.get("max")
    if least is not None and most is not None and least > most:
        yield Mistake(
            where=f"{where}.autoscaling.max",
            found=f"{most}, with a min of {least}",
            allowed=f"{least} and more",
            remedy="exchange them or raise max",
        )
    if all(scaling.get(key) is None for key in TARGETS):
        yield Mistake(
            where=f"{where}.autoscaling",
            found="no figure to go by",
            allowed=" or ".join(TARGETS),
            remedy="name one of them with its target",
        )


def _deployment(entry: Entry, where: str) -> Iterator[Mistake]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html"""
    settings = entry.get("deployment") or {}
    if settings.get("minimum_healthy_percent") == 100 and settings.get("maximum_percent") == 100:
        yield Mistake(
            where=f"{where}.deployment.maximum_percent",
            found="100 with a minimum_healthy_percent of 100",
            allowed="101 to 200, or a lower minimum",
            remedy="ECS could neither stop an old task nor start a new one: raise it",
        )


def _condition_values(entry: Entry, where: str) -> Iterator[Mistake]:
    conditions = entry.get("conditions")
    if not conditions:
        return
    headers = [value for values in (conditions.get("headers") or {}).values() for value in values or ()]
    plain = [value for kind in ("hosts", "paths", "methods", "source_ips") for value in conditions.get(kind) or ()]
    values = [*plain, *headers]
    most = QUOTAS["condition_values_per_rule"].default - 1  # one is the host
    if len(values) > most:
        yield Mistake(
            where=f"{where}.conditions",
            found=f"{len(values)} values besides the host",
            allowed=f"{most}",
            remedy="AWS takes no more in one rule: use wildcards, or split the service",
        )
    wildcards = sum(str(value or "").count(sign) for value in values for sign in "*?")
    most = QUOTAS["condition_wildcards_per_rule"].default
    if wildcards > most:
        yield Mistake(
            where=f"{where}.conditions",
            found=f"{wildcards} wildcards",
            allowed=f"{most}",
            remedy="AWS takes no more in one rule: use fewer",
        )


def _task_policy(entry: Entry, where: str) -> Iterator[Mistake]:
    statements = entry.get("task_policy") or ()
    for index, statement in enumerate(statements):
        if (statement or {}).get("Effect") == "Allow" and "*" in (statement.get("Action") or ()):
            yield Mistake(
                where=f"{where}.task_policy[{index}].Action",
                found="'*', everything there is",
                allowed="the actions its tasks need",
                remedy="name them",
            )
    text = json.dumps([plain_statement(statement or {}) for statement in statements], separators=(",", ":"))
    size, most = len(text), QUOTAS["role_policy_characters"].default
    if size > most:
        yield Mistake(
            where=f"{where}.task_policy",
            found=f"{size} characters",
            allowed=f"{most} in all policies of a role",
            remedy="use wildcards in Resource, or fewer statements",
        )


RULES: tuple[Callable[[Entry, str], Iterator[Mistake]], ...] = (
    _size,
    _health_check,
    _paths,
    _slow_start,
    _secrets,
    _autoscaling,
    _deployment,
    _condition_values,
    _task_policy,
)
