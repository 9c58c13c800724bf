"""Certificates that are well formed and still wrong."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import CheckedSide
from ansible_collections.twoway.privatelink.plugins.plugin_utils.certificates import check_certificates, covers
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DOMAIN = "tokyo.twoway.example"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """Issues certificates; `by` is who issued its own, itself when nobody did."""

    def __init__(self, name: str, by: Authority | None = None) -> None:
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (by or self).sign(self.name, self.key, ca=True)

    def sign(self, subject, key, *names, ca=False, first=NOW - DAY, last=NOW + DAY):
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, *names, **more):
        key = ec.generate_private_key(ec.SECP256R1())
        return self.sign(x509.Name([]), key, *names, **more), key


def pem(*certificates) -> str:
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in certificates)


def key_pem(key) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority("root")


def told(root, certificate, key, *more, services=(), ca=None) -> list[str]:
    values = {
        "link_domain": DOMAIN,
        "service_ca_pem": pem(root.certificate),
        "service_certificate": {"certificate": pem(certificate, *more), "private_key": key_pem(key), "ca": ca},
        "services": list(services),
    }
    return [m.line for m in check_certificates(CheckedSide(host="tokyo_isolated", values=values, mistakes=()), NOW)]


def test_a_good_one_has_no_mistake(root):
    assert told(root, *root.issue(f"*.{DOMAIN}")) == []


def test_an_intermediate_may_come_with_the_certificate_or_as_its_ca(root):
    between = Authority("between", by=root)
    leaf, key = between.issue(f"*.{DOMAIN}")
    assert told(root, leaf, key, between.certificate) == []
    assert told(root, leaf, key, ca=pem(between.certificate)) == []


WHERE = "tokyo_isolated: service_certificate.certificate: found "


def test_one_of_another_ca(root):
    (line,) = told(root, *Authority("else").issue(f"*.{DOMAIN}"))
    assert line.startswith(f"{WHERE}a certificate issued by CN=else; allowed: one that service_ca_pem vouches for")


def test_an_intermediate_that_is_missing(root):
    (line,) = told(root, *Authority("between", by=root).issue(f"*.{DOMAIN}"))
    assert line.startswith(f"{WHERE}a certificate issued by CN=between")


def test_one_that_has_expired(root):
    (line,) = told(root, *root.issue(f"*.{DOMAIN}", first=NOW - 9 * DAY, last=NOW - DAY))
    assert line.startswith(f"{WHERE}a certificate that expired on 2026-11-21")


def test_one_that_is_not_valid_yet(root):
    (line,) = told(root, *root.issue(f"*.{DOMAIN}", first=NOW + DAY, last=NOW + 9 * DAY))
    assert line.startswith(f"{WHERE}one valid from 2026-11-23 only")


def test_the_key_of_another(root):
    certificate, _key = root.issue(f"*.{DOMAIN}")
    (line,) = told(root, certificate, ec.generate_private_key(ec.SECP256R1()))
    assert line.startswith("tokyo_isolated: service_certificate.private_key: found the key of another certificate")


def test_one_for_another_domain(root):
    (line,) = told(root, *root.issue("*.osaka.example"))
    assert line.startswith(f"{WHERE}a certificate for *.osaka.example; allowed: one whose names include *.{DOMAIN}")


def test_a_host_of_its_own_that_the_certificate_does_not_name(root):
    service = {"host": "shop.example"}
    (line,) = told(root, *root.issue(f"*.{DOMAIN}", "www.example"), services=[{"host": "www.example"}, service])
    assert line.startswith("tokyo_isolated: services[1].host: found shop.example, which the certificate does not name")


@pytest.mark.parametrize(
    ("host", "covered"),
    [("a.x.example", True), ("b.a.x.example", False), ("x.example", False), ("y.example", True)],
)
def test_a_wildcard_stands_for_one_label(host, covered):
    assert covers(["*.x.example", "y.example"], host) is covered
