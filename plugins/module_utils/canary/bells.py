# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells others what a canary does: webhooks and an SNS topic. PRIVATE to the collection.

A webhook is asked before a step, after it and before the promotion whether that may be; all else is news. Nobody is
waited for longer than it was said, and no news holds anything up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ansible.module_utils.urls import open_url
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.door import Door
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import PAUSES, WENT_BACK
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.wish import Webhook

BETWEEN_TRIES = 2.0
LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


class Sleeper(Protocol):
    def sleep(self, seconds: float) -> None: ...


class CanaryBells:
    """`place` names the link, the side and the service in every message."""

    def __init__(
        self,
        webhooks: tuple[Webhook, ...],
        topic: Topic | None,
        door: Door,
        place: Mapping[str, Any],
        time: Sleeper,
        say: Callable[[str], None],
    ) -> None:
        self._webhooks, self._topic, self._door = webhooks, topic, door
        self._place, self._time, self._say = place, time, say

    def show(self, state: m.State) -> None:
        self._door.tell(state)

    def has(self, event: str) -> bool:
        return bool(self._of(event))

    def call(self, event: str, state: m.State) -> tuple[str, str]:
        """(what the first webhook that is not to be ignored said wrong, where the plan goes because of it)."""
        for webhook in self._of(event):
            wrong = self._post(webhook, event, state)
            if wrong and webhook.on_failure:
                return f"webhook {event.replace('_', ' ')}: {wrong}", webhook.on_failure
        return "", ""

    def tell(self, event: str, state: m.State) -> None:
        for webhook in self._of(event):
            self._post(webhook, event, state)
        if self._topic:
            try:
                self._topic.publish(subject_of(event, self._place, state), message(event, self._place, state))
            except PrivateLinkError as error:
                self._say(f"not published: {error.message}")

    def _of(self, event: str) -> list[Webhook]:
        return [webhook for webhook in self._webhooks if event in webhook.events]

    def _post(self, webhook: Webhook, event: str, state: m.State) -> str:
        """What went wrong in the last of all tries, or ""."""
        wrong = ""
        for number in range(webhook.tries):
            if number:
                self._time.sleep(BETWEEN_TRIES * number)
            wrong = within(webhook.timeout, lambda: post(webhook, message(event, self._place, state)))
            if not wrong:
                return ""
            self._say(f"webhook {event.replace('_', ' ')}, try {number + 1} of {webhook.tries}: {wrong}")
        return wrong


def post(webhook: Webhook, text: str) -> None:
    """Raises an OSError for anything but an answer of 2XX."""
    headers = {"Content-Type": "application/json", **webhook.headers}
    answer = open_url(
        webhook.url,
        data=text.encode(),
        headers=headers,
        method="POST",
        timeout=webhook.timeout,
        ca_path=webhook.ca_path,
        follow_redirects="none",
    )
    answer.close()


def within(seconds: float, do: Callable[[], None]) -> str:
    """What was wrong with it, or "". A server that answers a byte at a time is left behind when the time is up."""
    said: list[str] = []

    def work() -> None:
        try:
            do()
            said.append("")
        except Exception as error:  # whatever it is, it is the webhook's
            said.append(_words(error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    return said[0] if said else f"no answer within {seconds:g} s"


def _words(error: Exception) -> str:
    """Never the address, whose path or query may be a secret."""
    code = getattr(error, "code", None)
    return f"HTTP {code}" if code else f"{type(error).__name__}: {getattr(error, 'reason', error)}"


def message(event: str, place: Mapping[str, Any], state: m.State) -> str:
    """The same for webhooks and for SNS. `plan`, `step` and `event` tell a repetition."""
    told = {
        "event": event,
        **place,
        "plan": state.number,
        "image": state.image,
        "replaces": state.replaced,
        "phase": state.phase,
        "step": state.step,
        "weight": state.current.weight,
        "weights": dict(state.weights),
        "why": state.why,
        "by": state.by,
        "reason": state.reason,
        "at": state.at,
        "verdict": state.verdict,
    }
    return json.dumps(told, sort_keys=True)


def subject_of(event: str, place: Mapping[str, Any], state: m.State) -> str:
    """SNS takes a line of ASCII, and no long one."""
    loud = {PAUSES: "PAUSED", WENT_BACK: "ROLLED BACK"}.get(event, event.replace("_", " "))
    text = f"{place['link']} {place['service']}: canary {loud} at {state.current.weight:g} %"
    return text[:LONGEST_SUBJECT]


class Topic:
    def __init__(self, connect: Connect, arn: str) -> None:
        self._connect, self._arn = connect, arn

    def publish(self, subject: str, text: str) -> None:
        publish(self._connect("sns"), self._arn, subject, text)


@aws_call("publish to {topic_arn}")
def publish(sns: Any, topic_arn: str, subject: str, text: str) -> None:
    sns.publish(TopicArn=topic_arn, Subject=subject, Message=text, aws_retry=True)
