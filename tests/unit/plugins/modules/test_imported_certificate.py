"""imported_certificate: once in ACM, tagged, and under one ARN for good."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MODULE, ACCOUNT = "imported_certificate", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
ABSENT = {"name": "tokyo-services", "state": "absent", "tags": TAGS}


def signed(common_name):
    """(certificate, private key) in PEM, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )


def options(pair, **more):
    return {"name": "tokyo-services", "certificate": pair[0], "private_key": pair[1], "tags": TAGS, **more}


@pytest.fixture(scope="module")
def one():
    return signed("*.tokyo.twoway.example")


@pytest.fixture(scope="module")
def another():
    return signed("*.tokyo.twoway.example")


@pytest.fixture
def count(cloud):
    acm = cloud.client("acm", ACCOUNT)
    return lambda: len(acm.list_certificates(Includes={"keyTypes": ["EC_prime256v1"]})["CertificateSummaryList"])


def test_no_certificate(run, one, count):
    result = run(MODULE, ACCOUNT, **options(("nothing", one[1])))

    assert result["failed"] and "certificate: no certificate in it" in result["msg"] and count() == 0


def test_check_on_an_empty_account(run, one, count):
    result = run(MODULE, ACCOUNT, check=True, **options(one))

    assert result["changed"] and result["certificate_arn"] is None and count() == 0


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, one, count, check):
    arn = run(MODULE, ACCOUNT, **options(one))["certificate_arn"]
    result = run(MODULE, ACCOUNT, check=check, **options(one))

    assert not result["changed"] and result["certificate_arn"] == arn and count() == 1


def test_killed_right_after_the_import(run, one, count, killed_after):
    killed_after(1)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **options(one))

    assert not run(MODULE, ACCOUNT, **options(one))["changed"] and count() == 1


def test_another_certificate_keeps_the_arn(run, one, another, count):
    arn = run(MODULE, ACCOUNT, **options(one))["certificate_arn"]
    result = run(MODULE, ACCOUNT, **options(another))

    assert [action["verb"] for action in result["actions"]] == ["replace"]
    assert result["certificate_arn"] == arn and count() == 1
    assert not run(MODULE, ACCOUNT, **options(another))["changed"]


def test_what_follows_the_first_certificate_is_its_chain(run, cloud, one, another):
    arn = run(MODULE, ACCOUNT, **options((one[0] + another[0], one[1])))["certificate_arn"]

    answer = cloud.client("acm", ACCOUNT).get_certificate(CertificateArn=arn)
    assert answer["Certificate"].split() == one[0].split()
    assert answer["CertificateChain"].split() == another[0].split()


def test_absent_and_again(run, cloud, one, another, count):
    cloud.client("acm", ACCOUNT).import_certificate(Certificate=another[0], PrivateKey=another[1])
    run(MODULE, ACCOUNT, **options(one))

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and count() == 1
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and count() == 1
