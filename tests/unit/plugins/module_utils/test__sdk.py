"""Whether the installed SDK knows what an option needs, told from the client's own model."""

from __future__ import annotations

import boto3
import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature, require
from botocore import __version__


@pytest.fixture(scope="module")
def ec2():
    return boto3.client("ec2", region_name="ap-northeast-1")


def feature(parameter, operation="CreateVpcEndpoint"):
    return Feature(option="an_option", operation=operation, parameter=parameter, since="9.9.9")


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [
        pytest.param("CreateVpcEndpoint", None, id="operation"),
        pytest.param("CreateVpcEndpoint", "ServiceRegion", id="parameter"),
        pytest.param("CreateVpcEndpoint", "DnsOptions.DnsRecordIpType", id="inside a structure"),
        pytest.param("CreateVpcEndpoint", "SubnetConfigurations.Ipv4", id="inside a list"),
    ],
)
def test_what_it_knows_is_no_error(ec2, operation, parameter):
    require(ec2, [feature(parameter, operation)])


@pytest.mark.parametrize(
    ("operation", "parameter", "what"),
    [
        pytest.param("CreateWormhole", None, "CreateWormhole", id="operation"),
        pytest.param("CreateWormhole", "Mass", "Mass of CreateWormhole", id="parameter of no operation"),
        pytest.param("CreateVpcEndpoint", "Mass", "Mass of CreateVpcEndpoint", id="parameter"),
        pytest.param("CreateVpcEndpoint", "DnsOptions.Mass", "DnsOptions.Mass of CreateVpcEndpoint", id="structure"),
        pytest.param("CreateVpcEndpoint", "SubnetIds.Mass", "SubnetIds.Mass of CreateVpcEndpoint", id="list"),
        pytest.param("CreateVpcEndpoint", "VpcId.Mass", "VpcId.Mass of CreateVpcEndpoint", id="text"),
    ],
)
def test_what_it_lacks_is_named_with_the_version_that_has_it(ec2, operation, parameter, what):
    with pytest.raises(PrivateLinkError) as error:
        require(ec2, [feature(None), feature(parameter, operation)])

    assert error.value.message == (
        f"an_option: botocore {__version__} does not know {what}; allowed: botocore 9.9.9 or newer; "
        "update boto3 and botocore, or leave the option out"
    )


def test_nothing_asked_for_is_no_error(ec2):
    require(ec2, [])
