"""Endpoint policies that keep a VPC to some accounts."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.perimeter import (
    Perimeter,
    policies,
)

REGION = "ap-northeast-1"
OURS = ["111111111111", "222222222222"]
THEIRS = "333333333333"
BY_US = {"StringEquals": {"aws:PrincipalAccount": OURS}}
OWN = {
    "Sid": "OwnAccounts",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": OURS, "aws:ResourceAccount": OURS}},
}
AWS_ITSELF = {
    "Sid": "AwsServices",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}},
}


def around(entries=(), images=(), region=REGION, accounts=None) -> Perimeter:
    return Perimeter.around(region, accounts or OURS, entries, images)


def statements(service: str, **more) -> list[dict]:
    document = around(**more).policy(service)
    assert document["Version"] == "2012-10-17"
    return document["Statement"]


def named(sid: str, service: str, **more) -> dict | None:
    return next((one for one in statements(service, **more) if one["Sid"] == sid), None)


@pytest.mark.parametrize("service", ["logs", "secretsmanager", "kms", "sts", "com.amazonaws.ap-northeast-1.sqs"])
def test_the_links_accounts_reach_what_is_theirs_and_nobody_anything_else(service):
    assert statements(service) == [OWN, AWS_ITSELF]


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("ap-northeast-1", "aws"),
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_everybody_may_read_the_layers_of_images(region, partition):
    """docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms"""
    own, service, layers = statements("s3", region=region)
    assert (own, service) == (OWN, AWS_ITSELF)
    assert layers == {
        "Sid": "ImageLayers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*",
    }


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr", "com.amazonaws.ap-northeast-1.ecr.dkr"])
def test_the_token_of_ecr_has_no_resource(service):
    token = named("RegistryToken", service)
    assert token["Action"] == "ecr:GetAuthorizationToken"
    assert (token["Resource"], token["Condition"]) == ("*", BY_US)


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr"])
def test_images_of_other_accounts_may_be_pulled_and_nothing_more(service):
    registry = f"{THEIRS}.dkr.ecr.{REGION}.amazonaws.com"
    entries = [
        {"image": f"{registry}/shop/orders:1.4.0"},
        {"image": f"{registry}/shop/orders@sha256:00"},
        {"image": f"222222222222.dkr.ecr.{REGION}.amazonaws.com/shop/stock:1"},
        {"image": f"{THEIRS}.dkr.ecr.us-east-1.amazonaws.com/far/away:1"},  # no endpoint leads to another region
        {"image": "nginx:1"},
        {"image": "i", "canary": {"image": f"444444444444.dkr-ecr.{REGION}.on.aws/canary:2"}},
    ]
    pulled = named("ImagesOfOthers", service, entries=entries, images=[f"{registry}/probe", ""])
    assert pulled["Action"] == ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert pulled["Resource"] == [
        f"arn:aws:ecr:{REGION}:{THEIRS}:repository/probe",
        f"arn:aws:ecr:{REGION}:{THEIRS}:repository/shop/orders",
        f"arn:aws:ecr:{REGION}:444444444444:repository/canary",
    ]
    assert pulled["Condition"] == BY_US


def test_without_images_of_others_nothing_of_others_is_open():
    entries = [{"image": f"222222222222.dkr.ecr.{REGION}.amazonaws.com/shop/stock:1"}]
    assert named("ImagesOfOthers", "ecr.dkr", entries=entries) is None
    assert named("ImagesOfOthers", "logs", images=[f"{THEIRS}.dkr.ecr.{REGION}.amazonaws.com/a:1"]) is None


def test_secrets_of_other_accounts_may_be_read():
    secret = f"arn:aws:secretsmanager:{REGION}:{THEIRS}:secret:shop/db-AbCdEf"
    parameter = f"arn:aws:ssm:{REGION}:{THEIRS}:parameter/shop/key"
    own = f"arn:aws:ssm:{REGION}:222222222222:parameter/own"
    entries = [{"secrets": {"DB": f"{secret}:password::", "KEY": parameter, "OWN": own}}]
    read = named("SecretsOfOthers", "secretsmanager", entries=entries)
    assert (read["Action"], read["Resource"], read["Condition"]) == ("secretsmanager:GetSecretValue", [secret], BY_US)
    read = named("SecretsOfOthers", "ssm", entries=entries)
    assert (read["Action"], read["Resource"], read["Condition"]) == ("ssm:GetParameters", [parameter], BY_US)
    assert named("SecretsOfOthers", "logs", entries=entries) is None


def test_public_parameters_have_no_account():
    public = named("PublicParameters", "ssm", region="cn-north-1")
    assert public["Resource"] == "arn:aws-cn:ssm:cn-north-1::parameter/aws/*"
    assert all(action.startswith("ssm:GetParameter") for action in public["Action"])
    assert public["Condition"] == BY_US


@pytest.mark.parametrize("service", ["ebs", "ec2", "ec2-fips", "events", "workspaces"])
def test_where_not_every_action_tells_the_owner_it_counts_where_it_is_told(service):
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount"""
    assert statements(service)[0]["Condition"] == {**BY_US, "StringEqualsIfExists": {"aws:ResourceAccount": OURS}}


def test_the_same_options_give_the_same_text():
    entries = [{"image": f"{number}33333333333.dkr.ecr.{REGION}.amazonaws.com/a:1"} for number in (3, 4, 5)]
    texts = {
        json.dumps(around(order(entries), accounts=order(accounts)).policy("ecr.api"))
        for order in (list, lambda given: list(reversed(given)))
        for accounts in (OURS, [*OURS, OURS[0]])
    }
    assert len(texts) == 1


def test_one_account_for_both_sides_is_named_once():
    assert around(accounts=[OURS[0], OURS[0]]).accounts == (OURS[0],)


@pytest.mark.parametrize("account", [12345678901, "12345", "arn:aws:iam::111111111111:root", None])
def test_an_account_is_twelve_digits(account):
    with pytest.raises(PrivateLinkError, match=r"accounts\[1\]: .*; allowed: 12 digits in quotes"):
        around(accounts=[OURS[0], account])


MORE = {
    "Sid": "Packages",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::a/*",
}
WHOLE = {"Statement": [MORE]}


def test_statements_come_besides_and_policies_instead():
    made = policies(around(), ["s3", "logs", "ssm", "s3"], {"s3": [MORE]}, {"logs": WHOLE})
    assert list(made) == ["s3", "logs", "ssm"]
    assert made["s3"]["Statement"] == [*statements("s3"), MORE]
    assert made["logs"] == WHOLE
    assert made["ssm"] == around().policy("ssm")


def test_somebodys_own_service_takes_no_policy():
    assert policies(around(), ["com.amazonaws.vpce.ap-northeast-1.vpce-svc-1"], {}, {}) == {}


@pytest.mark.parametrize(
    ("more", "instead", "said"),
    [
        ({"s4": [MORE]}, {}, "statements.s4: a service without an endpoint of this link; allowed: s3, logs"),
        ({}, {"kms": WHOLE}, "policies.kms: a service without an endpoint of this link; allowed: s3, logs"),
        ({"s3": MORE}, {}, "statements.s3: dict; allowed: a list of statements"),
        ({"s3": ["Allow"]}, {}, "statements.s3: list; allowed: a list of statements"),
        ({"s3": [MORE, {"Action": "*"}]}, {}, r"statements.s3\[1\]: no Effect and no Principal"),
        ({"s3": [MORE]}, {"s3": WHOLE}, "statements.s3: statements besides a policy that is given whole"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(more, instead, said):
    with pytest.raises(PrivateLinkError, match=said) as raised:
        policies(around(), ["s3", "logs"], more, instead)
    assert "\n" not in raised.value.message
