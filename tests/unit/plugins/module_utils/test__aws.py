"""What AWS says, turned into our errors."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    THROTTLES,
    aws_call,
    connector,
    pages,
    refuse_unsuccessful,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, UnsuccessfulError
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)


def refusal(code):
    response = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"RequestId": "r-1"}}
    return ClientError(response, "Describe")


def answered(status, code):
    answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Create")


@aws_call("describe thing {name}")
def describe(name, error):
    raise error


def test_a_refusal_carries_code_and_request_id():
    with pytest.raises(AwsError) as caught:
        describe("door", refusal("Busy"))

    assert caught.value.message == "describe thing door: Busy: no"
    assert (caught.value.code, caught.value.request_id) == ("Busy", "r-1")


def test_an_endpoint_out_of_reach():
    with pytest.raises(AwsError, match="describe thing door: Could not connect") as caught:
        describe("door", EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))

    assert caught.value.code is None


def item(code):
    return {"ResourceId": "vpce-1", "Error": {"Code": code, "Message": "no"}}


def test_unsuccessful_in_an_answer_of_200_is_an_error():
    answer = {"Unsuccessful": [item("Gone"), item("Busy")], "ResponseMetadata": {"RequestId": "r-1"}}
    with pytest.raises(UnsuccessfulError, match="delete: vpce-1 Busy: no") as caught:
        refuse_unsuccessful("delete", answer, ignored=["Gone"])

    assert (caught.value.code, caught.value.request_id) == ("Busy", "r-1")


@pytest.mark.parametrize("answer", [{}, {"Unsuccessful": []}, {"Unsuccessful": [item("Gone")]}])
def test_nothing_unsuccessful(answer):
    refuse_unsuccessful("delete", answer, ignored=["Gone"])


def test_pages_are_read_to_the_end_and_retried_each():
    asked = []

    def call(**request):
        asked.append(request)
        page = len(asked)
        return {"Things": [page], **({"NextToken": str(page)} if page < 3 else {})}

    assert list(pages(call, "Things", Filters=[])) == [1, 2, 3]
    assert asked == [
        {"Filters": [], "aws_retry": True},
        {"Filters": [], "aws_retry": True, "NextToken": "1"},
        {"Filters": [], "aws_retry": True, "NextToken": "2"},
    ]


@pytest.fixture
def no_sleep(monkeypatch):
    pauses = []
    monkeypatch.setattr("ansible_collections.amazon.aws.plugins.module_utils.cloud.time.sleep", pauses.append)
    return pauses


def failing(times, code):
    left = [refusal(code)] * times

    def call():
        if left:
            raise left.pop()
        return "done"

    return call


def test_not_found_right_after_creation_is_tried_again(no_sleep):
    assert unless_new(["New.NotFound"])(failing(3, "New.NotFound"))() == "done"
    assert len(no_sleep) == 3


def test_not_found_for_long_is_an_error(no_sleep):
    with pytest.raises(ClientError):
        unless_new(["New.NotFound"])(failing(100, "New.NotFound"))()


@pytest.mark.parametrize(
    ("error", "in_doubt"),
    [
        pytest.param(answered(500, "InternalError"), True, id="500"),
        pytest.param(answered(502, "502"), True, id="502"),
        pytest.param(answered(503, "Unavailable"), True, id="503"),
        pytest.param(answered(504, "504"), True, id="504"),
        pytest.param(answered(503, "RequestLimitExceeded"), False, id="throttled with a 503"),
        pytest.param(answered(400, "ThrottlingException"), False, id="throttled"),
        pytest.param(answered(400, "VpcLimitExceeded"), False, id="refused"),
        pytest.param(ConnectionClosedError(endpoint_url="http://127.0.0.1:1"), True, id="connection closed"),
        pytest.param(ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), True, id="too slow"),
        pytest.param(EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), True, id="out of reach"),
        pytest.param(NoCredentialsError(), False, id="never sent"),
    ],
)
def test_whether_aws_may_have_done_it(error, in_doubt):
    with pytest.raises(AwsError) as caught:
        describe("door", error)

    assert caught.value.in_doubt is in_doubt


@pytest.mark.parametrize(
    ("code", "once", "tries"),
    [
        *((code, True, 3) for code in (*THROTTLES, "RequestLimitExceeded", "Throttling")),
        *((code, True, 1) for code in ("Unavailable", "InternalError", "InternalFailure", "ServiceUnavailable")),
        ("Unavailable", False, 3),
    ],
)
def test_a_client_that_sends_once_repeats_only_what_was_throttled(no_sleep, code, once, tries):
    class Module:
        params = {"aws_config": {"retries": {"max_attempts": 9}, "read_timeout": 7}}

        def client(self, service, retry_decorator, config, aws_config=None):
            self.config = aws_config
            self.call = failing(2, code)
            called = retry_decorator(self.counted)
            called.meta = SimpleNamespace(endpoint_url="http://127.0.0.1:1")
            return called

        def counted(self):
            self.tries = getattr(self, "tries", 0) + 1
            return self.call()

    module = Module()
    client = connector(module)("ec2", once=once)
    with pytest.raises(ClientError) if tries == 1 else nullcontext():
        client()

    assert module.tries == tries
    if once:
        assert (module.config.retries, module.config.read_timeout) == ({"total_max_attempts": 1}, 7)


@pytest.mark.parametrize("code", [*THROTTLES, "RequestLimitExceeded", "Throttling"])
def test_throttles_back_off(no_sleep, code):
    class Module:
        made = 0

        def client(self, service, retry_decorator, config):
            self.made += 1
            call = retry_decorator(failing(2, code))
            call.meta = SimpleNamespace(endpoint_url="http://127.0.0.1:1")
            return call

    module = Module()
    connect = connector(module)

    assert connect("ec2")() == "done" and connect("ec2") is connect("ec2") and module.made == 1
    assert len(no_sleep) == 2
