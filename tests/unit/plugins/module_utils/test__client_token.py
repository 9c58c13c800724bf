"""A creation whose answer was lost is not done twice, and what was deleted is not given back."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import (
    GENERATIONS,
    client_token,
    create_alive,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner

TOKYO = Owner(link="tokyo", side="public")
REQUEST = {"VpcId": "vpc-1", "tags": {"a": "1", "b": "2"}, "subnets": ("s-1", "s-2")}


def test_same_wish_same_token():
    again = {"subnets": ("s-1", "s-2"), "tags": {"b": "2", "a": "1"}, "VpcId": "vpc-1"}

    assert client_token(TOKYO, "door", REQUEST) == client_token(TOKYO, "door", again)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((Owner(link="osaka", side="public"), "door", REQUEST), id="link"),
        pytest.param((Owner(link="tokyo"), "door", REQUEST), id="side"),
        pytest.param((TOKYO, "gate", REQUEST), id="name"),
        pytest.param((TOKYO, "door", {**REQUEST, "VpcId": "vpc-2"}), id="request"),
        pytest.param((TOKYO, "door", REQUEST, ["vpce-1"]), id="generation"),
    ],
)
def test_other_wish_other_token(other):
    token = client_token(*other)

    assert token != client_token(TOKYO, "door", REQUEST)
    assert len(token) <= 64 and token.isascii()


class Aws:
    """Answers a token it knows with what it made first."""

    def __init__(self, deleted=(), unseen=()):
        self.made: dict[str, str] = {}
        self.deleted, self.unseen = set(deleted), set(unseen)

    def create(self, token):
        name = self.made.setdefault(token, f"vpce-{len(self.made)}")
        return name, name in self.deleted

    def is_seen(self, name):
        return name not in self.unseen


def create(aws, **more):
    return create_alive(TOKYO, "door", REQUEST, create=aws.create, is_seen=aws.is_seen, **more)


def test_a_lost_answer_is_asked_for_again():
    aws = Aws()

    assert create(aws) == create(aws) == "vpce-0"


def test_each_deletion_starts_a_generation():
    aws = Aws()
    create(aws)
    aws.deleted.add("vpce-0")
    assert create(aws) == "vpce-1"
    aws.deleted.add("vpce-1")
    assert create(aws) == create(aws) == "vpce-2"


def test_what_is_never_seen_counts_as_gone():
    assert create(Aws(unseen=["vpce-0"])) == "vpce-1"


def test_what_is_known_to_be_dead_is_not_asked_for():
    aws = Aws()
    create(aws)

    assert create(aws, dead=["vpce-0"]) == "vpce-1"


def test_it_does_not_go_on_for_ever():
    aws = Aws(deleted=[f"vpce-{number}" for number in range(GENERATIONS)])
    with pytest.raises(PrivateLinkError, match="create door: AWS gave back only what is gone"):
        create(aws)
    assert len(aws.made) == GENERATIONS
