"""What AWS says, turned into our errors."""

from __future__ import annotations

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
from botocore.exceptions import ClientError, EndpointConnectionError


def refusal(code):
    response = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"RequestId": "r-1"}}
    return ClientError(response, "Describe")


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
