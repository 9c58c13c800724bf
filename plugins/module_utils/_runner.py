# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""read -> plan -> (check mode stops here) -> apply -> wait -> read -> result. PRIVATE to the collection.

The one place that knows the mode, and the one that ends a module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, connector
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)


class Subject(Protocol):
    """What a noun's package gives the runner. Built from (params, connect); building it calls nothing."""

    what: str  # for messages: "endpoint service tokyo-inbound"
    wait_timeout: float

    def read(self) -> Any:
        """The current state, or None."""

    def plan(self, current: Any) -> Plan:
        """Pure."""

    def judge(self, current: Any) -> Verdict:
        """Pure. Settled at once when the task does not wait; raises when the state can no longer come."""

    def report(self, state: Any) -> dict[str, Any]:
        """The result's own keys, for a state that was read or planned, or for None."""


class OneByOne(Subject, Protocol):
    """Whose changes build on each other."""

    def apply(self, change: Change) -> None:
        """One change. Keeps what it learns (a new id) for the next change and the next read."""


@runtime_checkable
class ManyAtOnce(Subject, Protocol):
    """Of many things that do not wait for each other."""

    def apply_all(self, changes: Sequence[Change], taken: Callable[[Change], None]) -> None:
        """All of them, told to `taken` one by one as AWS takes them; raises, in the end, what was refused."""


def run(module: AnsibleAWSModule, subject: Callable[[Mapping[str, Any], Connect], OneByOne | ManyAtOnce]) -> None:
    """The whole of a module that changes things."""
    finish(module, lambda done: converge(subject(module.params, connector(module)), module.check_mode, done))


def show(module: AnsibleAWSModule, read: Callable[[Mapping[str, Any], Connect], dict[str, Any]]) -> None:
    """The whole of an _info module."""
    finish(module, lambda _done: {"changed": False, **read(module.params, connector(module))})


def converge(
    subject: OneByOne | ManyAtOnce, check_mode: bool, done: list[Change], clock: Clock | None = None
) -> dict[str, Any]:
    """Appends to `done` each change that AWS has taken, for the report of a run that failed half-way."""
    current = subject.read()
    plan = subject.plan(current)
    verdict = Verdict(settled=True)
    state = plan.after
    if not check_mode:
        plan.refuse_unknown()
        carry_out(subject, plan.changes, done)
        state, verdict = until_settled(
            subject.read() if plan.changes else current,
            read=subject.read,
            judge=subject.judge,
            what=subject.what,
            timeout=subject.wait_timeout,
            clock=clock or SystemClock(),
        )
    result = {
        "changed": not plan.empty,
        "diff": plan.as_diff(),
        "actions": [change.as_dict() for change in plan.changes],
        "note": verdict.note,
    }
    try:
        return {**result, **subject.report(state)}
    except PrivateLinkError as error:
        error.result = result
        raise


def carry_out(subject: OneByOne | ManyAtOnce, changes: Sequence[Change], done: list[Change]) -> None:
    if isinstance(subject, ManyAtOnce):
        subject.apply_all(changes, done.append)
        return
    for change in changes:
        subject.apply(change)
        done.append(change)


def finish(module: AnsibleAWSModule, produce: Callable[[list[Change]], dict[str, Any]]) -> None:
    done: list[Change] = []
    try:
        result = produce(done)
    except PrivateLinkError as error:
        half_way = {"changed": bool(done), "actions": [change.as_dict() for change in done]}
        module.fail_json(msg=error.message, failure=error.as_failure(), **(error.result or half_way))
    module.exit_json(**result)
