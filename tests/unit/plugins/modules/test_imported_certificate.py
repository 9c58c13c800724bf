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


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param({}, id="connection closed"),
        *(pytest.param({"status": status}, id=str(status)) for status in (500, 502, 503, 504)),
        pytest.param({"times": 3}, id="three in a row"),
    ],
)
def test_an_import_whose_answer_is_lost_is_done_once(run, cloud, one, count, lost):
    cloud.fault("ImportCertificate", "lost", **lost)
    result = run(MODULE, ACCOUNT, **options(one))

    assert "failed" not in result and cloud.calls.count("ImportCertificate") == 1 and count() == 1
    assert not run(MODULE, ACCOUNT, **options(one))["changed"]


def test_it_is_looked_for_with_patience(run, cloud, one, count):
    cloud.fault("ListCertificates", "stale", seconds=20)
    cloud.fault("ImportCertificate", "lost")
    run(MODULE, ACCOUNT, **options(one))

    assert cloud.calls.count("ImportCertificate") == 1 and count() == 1


@pytest.mark.parametrize("kind", ["unavailable", "throttle"])
def test_an_import_that_was_not_done_is_tried_again(run, cloud, one, count, kind):
    cloud.fault("ImportCertificate", kind, times=2)
    run(MODULE, ACCOUNT, **options(one))

    assert cloud.calls.count("ImportCertificate") == 3 and count() == 1


@pytest.fixture
def twin(cloud, one):
    """twin() -> the ARN of one more that carries our tags and name."""
    tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": "tokyo-services"}.items()]

    def make():
        cloud.time.advance(1)
        acm = cloud.client("acm", ACCOUNT)
        return acm.import_certificate(Certificate=one[0], PrivateKey=one[1], Tags=tags)["CertificateArn"]

    return make


@pytest.fixture
def used(cloud, network):
    """used(arn) -> a listener presents it from now on."""
    elb = cloud.client("elbv2", ACCOUNT)

    def use(arn):
        made = elb.create_load_balancer(Name=f"door-{arn[-4:]}", Subnets=network(ACCOUNT).subnet_ids, Scheme="internal")
        elb.create_listener(
            LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
            Port=443,
            Protocol="HTTPS",
            Certificates=[{"CertificateArn": arn}],
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        )

    return use


@pytest.mark.parametrize("in_use", [None, 0, 1, 2])
def test_of_several_the_one_in_use_stays_or_else_the_oldest(run, one, count, twin, used, in_use):
    arns = [twin() for _turn in range(3)]
    if in_use is not None:
        used(arns[in_use])
    kept = arns[in_use or 0]
    forecast = run(MODULE, ACCOUNT, check=True, **options(one))
    result = run(MODULE, ACCOUNT, **options(one))

    assert {(action["verb"], action["target"], action["why"]) for action in result["actions"]} == {
        ("delete", f"certificate tokyo-services ({arn})", "one of 3 that carry our tags, and nothing uses it")
        for arn in arns
        if arn != kept
    }
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["certificate_arn"] == forecast["certificate_arn"] == kept and count() == 1
    assert not run(MODULE, ACCOUNT, **options(one))["changed"]


def test_two_in_use_are_an_error_that_says_what_to_do(run, one, count, twin, used):
    arns = sorted([twin(), twin()])
    for arn in arns:
        used(arn)
    result = run(MODULE, ACCOUNT, **options(one))

    assert result["failed"] and count() == 2
    assert result["msg"].startswith("certificate tokyo-services: 2 of them carry our tags and are in use: ")
    assert all(arn in result["msg"] for arn in arns) and "\n" not in result["msg"]
    assert "allowed: one; empty, or take privatelink:link off, those that are not wanted" in result["msg"]


def test_absent_takes_all_that_carry_our_tags(run, one, count, twin):
    for _turn in range(3):
        twin()
    result = run(MODULE, ACCOUNT, **ABSENT)

    assert [action["verb"] for action in result["actions"]] == ["delete"] * 3 and count() == 0
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]
