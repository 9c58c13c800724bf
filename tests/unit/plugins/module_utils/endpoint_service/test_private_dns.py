"""https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import PrivateDns
from unit.plugins.module_utils.endpoint_service.scenery import NAME, dns

TOLD = {"State": "pendingVerification", "Type": "TXT", "Name": "_proof", "Value": "vpce:secret"}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"PrivateDnsName": ""}, None, id="empty"),
        pytest.param({"PrivateDnsNameConfiguration": {}}, None, id="a structure without elements"),
        pytest.param({"PrivateDnsName": NAME, "PrivateDnsNameConfiguration": TOLD}, dns(), id="to be verified"),
        pytest.param({"PrivateDnsName": NAME}, PrivateDns(name=NAME), id="no proof told"),
    ],
)
def test_from_boto(item, found):
    assert PrivateDns.from_boto(item) == found


@pytest.mark.parametrize(
    ("name", "record"), [(NAME, f"_proof.{NAME}"), ("*.example.com", "_proof.example.com"), ("a.b", "_proof.a.b")]
)
def test_the_record_stands_in_the_domain_and_not_in_a_wildcard(name, record):
    assert dns(name).record_name == record
    assert dns(name).to_publish == f"TXT {record} = vpce:secret"
    assert dns(name).as_result() == {
        "state": "pendingVerification",
        "record_type": "TXT",
        "record_name": record,
        "record_value": "vpce:secret",
    }


def test_a_planned_name_has_no_record():
    assert PrivateDns(name=NAME).record_name is None
