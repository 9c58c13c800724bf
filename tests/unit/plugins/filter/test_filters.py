"""The filters, as Jinja calls them."""

from __future__ import annotations

from importlib import import_module

import pytest
from ansible.errors import AnsibleFilterError

FILTERS = "ansible_collections.twoway.privatelink.plugins.filter"
ORDERS = {"name": "orders", "image": "shop/orders:1", "port": 8443}


def call(name: str, *arguments, **more):
    return import_module(f"{FILTERS}.{name}").FilterModule().filters()[name](*arguments, **more)


def test_service_catalog():
    assert [entry["host"] for entry in call("service_catalog", [ORDERS], "tokyo.example")] == ["orders.tokyo.example"]


def test_subnets():
    cut = call("subnets", "10.0.0.0/16", ["az1", "az2"], side="isolated", private=None)
    assert [subnet["cidr"] for subnet in cut] == ["10.0.0.0/24", "10.0.1.0/24"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("service_catalog", ([{**ORDERS, "port": 0}], "tokyo.example"), "services[0].port: found 0"),
        ("egress_profiles", ([], [{"name": "a"}]), "external_apis[0].host: found nothing"),
        ("subnets", ("10.0.0.0/28", ["az1", "az2"], "isolated"), "vpc_cidr: found 10.0.0.0/28, too small"),
    ],
)
def test_a_filter_fails_with_the_lines(name, arguments, said):
    with pytest.raises(AnsibleFilterError, match="1 mistake in the inventory") as raised:
        call(name, *arguments)
    assert said in str(raised.value)


def test_aws_services_that_keep_secrets():
    secrets = {"A": "arn:aws:secretsmanager:r:1:secret:a-123456", "B": "arn:aws:ssm:r:1:parameter/b"}
    assert call("aws_services", [ORDERS, {**ORDERS, "secrets": secrets}]) == ["secretsmanager", "ssm"]


def test_endpoint_policies():
    theirs = {**ORDERS, "image": "333333333333.dkr.ecr.ap-northeast-1.amazonaws.com/shop/orders:1"}
    arguments = (["ecr.api", "s3"], "ap-northeast-1", ["222222222222"], [theirs])
    made = call("endpoint_policies", *arguments, given={"s3": {"Statement": []}})
    assert made["s3"] == {"Statement": []}
    assert [one["Sid"] for one in made["ecr.api"]["Statement"]] == [
        "OwnAccounts",
        "AwsServices",
        "RegistryToken",
        "ImagesOfOthers",
    ]


def test_endpoint_policies_for_no_account():
    with pytest.raises(AnsibleFilterError, match=r"accounts\[0\]: 222222222222; allowed: 12 digits in quotes"):
        call("endpoint_policies", ["s3"], "ap-northeast-1", [222222222222])
