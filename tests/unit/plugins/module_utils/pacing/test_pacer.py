"""Calls that wait for their turn, on a clock of the test's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.pacer import (
    RATE_VARIABLE,
    Pacer,
    Turnstile,
    is_throttle,
)
from botocore.awsrequest import AWSResponse
from unit.plugins.module_utils.pacing.watched import overdrawn

AWS = "https://ecs.ap-northeast-1.amazonaws.com"


class Clock:
    """Only a sleep moves it."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)


def turns(pacer: Pacer, service: str, action: str, count: int) -> list[float]:
    return [round(pacer.wait(service, action), 2) for _call in range(count)]


def test_a_few_calls_cost_nothing():
    clock = Clock()
    pacer = Pacer({}, clock)
    assert turns(pacer, "ecs", "RegisterTaskDefinition", 16) == [0.0] * 16
    assert turns(pacer, "iam", "CreateRole", 1000) == [0.0] * 1000
    assert clock.slept == []


def test_many_calls_take_their_turns():
    """AWS: 20, then 1 a second. We: 16, then 0.95."""
    assert turns(Pacer({}, Clock()), "ecs", "RegisterTaskDefinition", 19)[15:] == [0.0, 1.05, 2.11, 3.16]


def test_actions_of_one_bucket_share_it_and_others_do_not():
    pacer = Pacer({}, Clock())
    turns(pacer, "ecs", "RegisterTaskDefinition", 16)
    assert turns(pacer, "ecs", "CreateService", 1) == [0.0]
    assert turns(pacer, "ecs", "DeregisterTaskDefinition", 1) == [1.05]
    turns(pacer, "ec2", "CreateVpc", 40)
    assert turns(pacer, "ec2", "CreateSubnet", 1) == [1.05]


def test_a_raised_limit():
    pacer = Pacer({RATE_VARIABLE: "2"}, Clock())
    assert turns(pacer, "ecs", "RegisterTaskDefinition", 33)[31:] == [0.0, 0.53]


def test_threads_share_the_turns():
    """Reads and writes of load balancers, each in a bucket of its own and all in one, never more than AWS allows."""
    pacer = Pacer({}, Clock())
    calls = ["CreateRule", "DescribeRules", "DeleteRule", "DescribeTags"] * 40
    with ThreadPoolExecutor(16) as pool:
        taken = list(zip(calls, pool.map(lambda action: pacer.wait("elbv2", action), calls), strict=True))
    writes = sorted(turn for action, turn in taken if not action.startswith("Describe"))
    assert len(writes) == 80
    assert not overdrawn(writes, 16, 2.85)
    assert not overdrawn(sorted(turn for _action, turn in taken), 32, 9.5)


def test_a_queue_is_served_in_order():
    turnstile, pool, served = Turnstile(), ThreadPoolExecutor(8), []

    def pass_through(number: int) -> None:
        with turnstile:
            served.append(number)

    with pool, turnstile:
        for number in range(8):
            pool.submit(pass_through, number)
            while turnstile.arrived < number + 2:
                threading.Event().wait(0.001)
    assert served == list(range(8))


def test_what_aws_refuses_slows_us_down_and_what_it_lets_through_speeds_us_up():
    pacer = Pacer({}, Clock())
    asked = pacer.wait("ecs", "UpdateService")
    pacer.learn("ecs", "UpdateService", asked, throttled=True)
    assert turns(pacer, "ecs", "UpdateService", 2) == [0.42, 0.84]  # half of 4.75 a second
    for _call in range(25):
        pacer.learn("ecs", "UpdateService", asked, throttled=False)
    first, second = turns(pacer, "ecs", "UpdateService", 2)
    assert second - first == pytest.approx(1 / 4.75, abs=0.01)


@pytest.mark.parametrize(
    "code, expected",
    [
        ("Throttling", True),
        ("ThrottlingException", True),
        ("RequestLimitExceeded", True),
        ("TooManyRequestsException", True),
        ("RequestThrottledException", True),
        ("LimitExceededException", False),
        ("TooManyTargetGroups", False),
        ("", False),
    ],
)
def test_the_words_for_it(code, expected):
    assert is_throttle(code) is expected


@pytest.mark.parametrize("wish", ["fast", "-1", "nan", "1e9"])
def test_a_rate_that_is_none(wish):
    with pytest.raises(PrivateLinkError, match=RATE_VARIABLE) as caught:
        Pacer({RATE_VARIABLE: wish})
    assert caught.value.allowed == "a number from 0 to 1000"


REFUSAL = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'


class Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self):
        yield self._content


def client(url, answers):
    """A client whose requests end here. Each is answered with the next of (status, body), the last one for ever."""
    made = boto3.client(
        "ecs", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="a" * 20, aws_secret_access_key="b"
    )
    left = list(answers)

    def answer(request, **_more):
        status, body = left.pop(0) if len(left) > 1 else left[0]
        assert request.headers["Authorization"]
        return AWSResponse(request.url, status, {}, Body(body))

    made.meta.events.register("before-send.ecs", answer)
    return made


@pytest.mark.parametrize(
    "url, environment, paced",
    [
        (AWS, {}, True),
        ("https://vpce-1.ecs.eu-west-1.vpce.amazonaws.com", {}, True),
        ("https://ecs.cn-north-1.amazonaws.com.cn", {}, True),
        ("https://ecs.eu-west-1.api.aws", {}, True),
        (AWS, {RATE_VARIABLE: "0"}, False),
        ("http://127.0.0.1:4566", {}, False),
        ("https://amazonaws.com.example", {}, False),
        ("http://127.0.0.1:4566", {RATE_VARIABLE: "1"}, True),
    ],
)
def test_only_aws_is_paced_unless_we_are_told(url, environment, paced):
    clock = Clock()
    followed = client(url, [(200, b"{}")])
    Pacer(environment, clock).follow("ecs", followed)
    for _call in range(17):
        followed.create_cluster()
    assert bool(clock.slept) is paced


def test_each_try_waits_for_its_turn_and_is_learned_from(monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    clock = Clock()
    followed = client(AWS, [(400, REFUSAL), (400, REFUSAL), (200, b"{}")])
    Pacer({}, clock).follow("ecs", followed)
    followed.create_cluster()
    # Half of 0.95 a second, then a quarter of it.
    assert [round(seconds, 2) for seconds in clock.slept] == [2.11, 4.21]
