"""Actions as AWS tells them, and as they are sent back."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._rule_actions import (
    comparable,
    forwarded,
    stickiness,
    with_forward,
)

OIDC = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "shop", "Scope": "openid"}}
JWT = {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": {"Issuer": "https://id.example"}}
ONE = {"Type": "forward", "Order": 2, "TargetGroupArn": "a"}
TWO = {
    "Type": "forward",
    "Order": 2,
    "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": "a", "Weight": 9}, {"TargetGroupArn": "b", "Weight": 1}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    },
}
PAGE = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}


@pytest.mark.parametrize(
    ("actions", "weights"), [([ONE], {"a": 1}), ([OIDC, TWO], {"a": 9, "b": 1}), ([PAGE], {}), ([], {})]
)
def test_who_is_forwarded_to(actions, weights):
    assert forwarded(actions) == weights


def test_all_actions_are_sent_back_and_inputs_are_left_alone():
    before = copy.deepcopy([OIDC, JWT, TWO])
    sent = with_forward([OIDC, JWT, TWO], {"a": 5, "c": 5})
    assert before == [OIDC, JWT, TWO]
    assert sent[0]["AuthenticateOidcConfig"] == {"ClientId": "shop", "Scope": "openid", "UseExistingClientSecret": True}
    assert sent[1] == JWT
    assert forwarded(sent) == {"a": 5, "c": 5}
    assert stickiness(sent) == {"Enabled": True, "DurationSeconds": 60}
    assert sent[2]["Order"] == 2


def test_a_forward_to_one_group_says_so_once():
    """AWS refuses TargetGroupArn beside more than one group in ForwardConfig."""
    (sent,) = with_forward([{**ONE, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "a"}]}}], {"a": 1, "b": 1})
    assert "TargetGroupArn" not in sent


def test_other_stickiness_is_asked_for():
    assert stickiness(with_forward([TWO], {"a": 1}, {"Enabled": False})) == {"Enabled": False}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (with_forward([OIDC, TWO], {"a": 9, "b": 1}), [OIDC, TWO]),
        (with_forward([ONE], {"a": 1}), [ONE]),
        (
            with_forward([TWO], {"a": 1}, {"Enabled": False}),
            [{"Type": "forward", "Order": 2, "TargetGroupArn": "a", "ForwardConfig": {}}],
        ),
    ],
)
def test_what_was_sent_equals_what_is_told_of_it(sent, told):
    assert comparable(sent) == comparable(told)


@pytest.mark.parametrize("other", [[TWO], [OIDC, ONE], [JWT, TWO]])
def test_and_differs_from_anything_else(other):
    assert comparable([OIDC, TWO]) != comparable(other)
