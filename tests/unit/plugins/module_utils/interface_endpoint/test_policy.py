"""Policies are compared by what they mean."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import (
    FULL_ACCESS,
    same_meaning,
)
from hypothesis import given
from hypothesis import strategies as st

READ = {"Effect": "Allow", "Principal": "*", "Action": "ssm:GetParameter", "Resource": "*"}
WRITE = {**READ, "Action": "ssm:PutParameter"}
ACCOUNT, ROOT = "111111111111", "arn:aws:iam::111111111111:root"


def policy(*statements, **more):
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def condition(value, name="aws:SecureTransport", operator="Bool"):
    return {**READ, "Condition": {operator: {name: value}}}


SAME = [
    pytest.param(policy(READ, WRITE), policy(WRITE, READ), id="order of statements"),
    pytest.param(policy(READ), {"Statement": READ, "Version": "2012-10-17"}, id="one statement without a list"),
    pytest.param(policy({**READ, "Action": ["a:B", "c:D"]}), policy({**READ, "Action": ["c:d", "A:b"]}), id="actions"),
    pytest.param(policy({**READ, "Resource": ["*"]}), policy(READ), id="list of one"),
    pytest.param(policy({**READ, "Principal": {"AWS": "*"}}), policy(READ), id="everybody"),
    pytest.param(
        policy({**READ, "Principal": {"AWS": ACCOUNT}}), policy({**READ, "Principal": {"AWS": [ROOT]}}), id="account"
    ),
    pytest.param(policy(condition(True)), policy(condition("true")), id="condition value"),
    pytest.param(policy(condition("true")), policy(condition(["true"], "AWS:securetransport")), id="condition key"),
    pytest.param({"Statement": [READ]}, policy(READ, Version="2008-10-17"), id="default version"),
]
OTHER = [
    pytest.param(policy(READ), policy(WRITE), id="action"),
    pytest.param(policy(READ), policy(READ, WRITE), id="one more statement"),
    pytest.param(policy(READ), policy({**READ, "Effect": "Deny"}), id="effect"),
    pytest.param(policy(READ), policy({**READ, "Resource": "arn:aws:ssm:::parameter/A"}), id="resource"),
    pytest.param(
        policy({**READ, "Resource": "arn:aws:ssm:::parameter/A"}),
        policy({**READ, "Resource": "arn:aws:ssm:::parameter/a"}),
        id="resources have case",
    ),
    pytest.param(policy({**READ, "Principal": {"AWS": ACCOUNT}}), policy(READ), id="principal"),
    pytest.param(
        policy({**READ, "Principal": {"AWS": ACCOUNT}}), policy({**READ, "Principal": {"Service": ACCOUNT}}), id="kind"
    ),
    pytest.param(policy(condition("true")), policy(condition("false")), id="condition value"),
    pytest.param(policy(condition("true")), policy(condition("true", operator="StringEquals")), id="operator"),
    pytest.param(policy(READ), policy(READ, Version="2008-10-17"), id="version"),
    pytest.param(policy(READ), policy({**READ, "Sid": "Read"}), id="statement id"),
    pytest.param(policy(READ), policy(READ, Id="mine"), id="policy id"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one, other):
    assert same_meaning(json.dumps(one), json.dumps(other))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other(one, other):
    assert not same_meaning(json.dumps(one), json.dumps(other))


def test_no_policy_is_full_access():
    assert same_meaning(None, FULL_ACCESS) and same_meaning("", None)
    assert not same_meaning(None, json.dumps(policy(READ)))


WORDS = st.lists(st.sampled_from(["s3:Get*", "s3:Put*", "*", "logs:*"]), min_size=1, unique=True)
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Principal": st.just("*"), "Action": WORDS, "Resource": WORDS}
)


@given(statements=st.lists(STATEMENT, min_size=1, max_size=4), data=st.data())
def test_no_shuffle_changes_the_meaning(statements, data):
    def shuffled(statement):
        return {
            key: data.draw(st.permutations(value)) if isinstance(value, list) else value
            for key, value in data.draw(st.permutations(list(statement.items())))
        }

    again = [shuffled(statement) for statement in data.draw(st.permutations(statements))]

    assert same_meaning(json.dumps(policy(*statements)), json.dumps(policy(*again)))
    extra = [*again, {**statements[0], "Effect": "Other"}]
    assert not same_meaning(json.dumps(policy(*statements)), json.dumps(policy(*extra)))
