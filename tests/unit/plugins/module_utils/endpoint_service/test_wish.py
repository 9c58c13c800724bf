"""What a task may say about an endpoint service, and what it may not."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from unit.plugins.module_utils.endpoint_service.scenery import FAR, HOME, ONE, OTHER_TOPIC, TOPIC, TWO, desired


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            {"allowed_principals": [ONE, "111111111111"]},
            'allowed_principals[1]: 111111111111; allowed: an ARN or "*"; an account is written '
            "arn:aws:iam::111111111111:root",
            id="account number",
        ),
        pytest.param(
            {"allowed_principals": [""]}, 'allowed_principals[0]: no value; allowed: an ARN or "*"', id="no principal"
        ),
        *(
            pytest.param(
                {"allowed_principals": [wrong]}, f'allowed_principals[0]: {wrong}; allowed: an ARN or "*"', id=wrong
            )
            for wrong in ("root", "arn:aws:s3:::x", "**")
        ),
        pytest.param(
            {"allowed_principals": ["arn:aws:iam::111111111111:role/ci/deployer"]},
            "allowed_principals[0]: arn:aws:iam::111111111111:role/ci/deployer; allowed: an ARN without a path: AWS "
            "knows no role with one here; admit a role without a path, or the account, arn:aws:iam::111111111111:root",
            id="role with a path",
        ),
        *(
            pytest.param(
                {option: []},
                f"{option}: an empty list; allowed: at least one, or leave the option out",
                id=f"no {option}",
            )
            for option in ("load_balancer_arns", "gateway_load_balancer_arns", "supported_ip_address_types")
        ),
        *(
            pytest.param(
                {"private_dns_name": wrong},
                f"private_dns_name: {wrong}; allowed: a lowercase domain name, the first label may be *, "
                'or "" for none',
                id=f"name {wrong}"[:40],
            )
            for wrong in (
                "Orders.example.com",
                "orders",
                "orders..example.com",
                "-orders.example.com",
                "orders.*.com",
                f"{'x' * 64}.example.com",
                f"{'x.' * 125}example.com",
            )
        ),
        pytest.param(
            {"connection_notifications": [{"topic_arn": "endpoints", "events": ["Accept"]}]},
            "connection_notifications[0].topic_arn: endpoints; allowed: the ARN of an SNS topic",
            id="no topic",
        ),
        pytest.param(
            {"connection_notifications": [{"topic_arn": "", "events": ["Accept"]}]},
            "connection_notifications[0].topic_arn: no value; allowed: the ARN of an SNS topic",
            id="empty topic",
        ),
        pytest.param(
            {
                "connection_notifications": [
                    {"topic_arn": TOPIC, "events": ["Accept"]},
                    {"topic_arn": OTHER_TOPIC, "events": ["Accept"]},
                    {"topic_arn": TOPIC, "events": ["Reject"]},
                ]
            },
            f"connection_notifications[2].topic_arn: {TOPIC} a second time; allowed: each topic once; put all its "
            "events into one entry",
            id="topic twice",
        ),
        pytest.param(
            {"connection_notifications": [{"topic_arn": TOPIC, "events": []}]},
            "connection_notifications[0].events: none; allowed: Accept, Connect, Delete, Reject",
            id="no event",
        ),
    ],
)
def test_refused(options, message):
    with pytest.raises(PrivateLinkError) as error:
        desired(**options)
    assert error.value.message == message


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        ONE,
        "arn:aws-cn:iam::111111111111:user/x",
        "arn:aws:sts::111111111111:assumed-role/x/y",
        "arn:aws:organizations::111111111111:ou/o-abc/ou-def",
    ],
)
def test_principals(principal):
    assert desired(allowed_principals=[principal]).allowed_principals == (principal,)


@pytest.mark.parametrize("name", ["", "a.b", "*.example.com", "xn--9q8h.example.com", f"{'x' * 63}.example.com"])
def test_private_dns_names(name):
    assert desired(private_dns_name=name).private_dns_name == name


def test_lists_are_sorted_and_each_once():
    wanted = desired(
        allowed_principals=[TWO, ONE, TWO],
        supported_regions=[FAR, FAR],
        connection_notifications=[
            {"topic_arn": OTHER_TOPIC, "events": ["Reject", "Accept", "Reject"]},
            {"topic_arn": TOPIC, "events": ["Accept"]},
        ],
    )
    assert wanted.allowed_principals == (ONE, TWO)
    assert wanted.supported_regions == (HOME, FAR)
    assert [(one.topic_arn, one.events) for one in wanted.notifications] == [
        (TOPIC, ("Accept",)),
        (OTHER_TOPIC, ("Accept", "Reject")),
    ]


@pytest.mark.parametrize("option", ["load_balancer_arns", "supported_ip_address_types"])
def test_an_empty_list_does_not_hinder_a_removal(option):
    assert getattr(desired(state="absent", **{option: []}), option) == ()


def test_its_own_region_is_always_among_the_supported():
    """github.com/hashicorp/terraform-provider-aws issue 40667"""
    assert desired(supported_regions=[]).supported_regions == (HOME,)
    assert desired(supported_regions=None).supported_regions is None
