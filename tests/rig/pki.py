"""The sandbox's certificate authorities, kept in its state directory."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = datetime.timedelta(days=365)
_EARLIER = datetime.timedelta(hours=1)  # clocks differ
_LONGEST_COMMON_NAME = 64

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, as PEM. `chain_pem` is what a server presents."""

    chain_pem: str
    key_pem: str


class Authority:
    """A certificate authority that stays the same for the life of its files."""

    def __init__(self, directory: Path, name: str) -> None:
        self._certificate_path = directory / f"{name}.pem"
        self._key_path = directory / f"{name}-key.pem"
        self._subject = f"twoway sandbox {name}"

    @property
    def path(self) -> Path:
        """The file that a client trusts."""
        self._own  # noqa: B018 - made on first use
        return self._certificate_path

    @property
    def pem(self) -> str:
        return self.path.read_text()

    def issue(self, names: Iterable[str]) -> Issued:
        """A server certificate for `names`, which may hold wildcards."""
        names = list(names)
        certificate, ca_key = self._own
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _builder(names[0][:_LONGEST_COMMON_NAME], key)
            .issuer_name(certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        return Issued(chain_pem=_pem(made), key_pem=_key_pem(key))

    @cached_property
    def _own(self) -> tuple[x509.Certificate, Key]:
        if not self._key_path.exists():
            self._make()
        key = serialization.load_pem_private_key(self._key_path.read_bytes(), password=None)
        assert isinstance(key, Key)
        return x509.load_pem_x509_certificate(self._certificate_path.read_bytes()), key

    def _make(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(self._subject, key)
        made = (
            builder.issuer_name(_name(self._subject))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_CA_USAGE, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._certificate_path.parent.mkdir(parents=True, exist_ok=True)
        self._certificate_path.write_text(_pem(made))
        write_secret(self._key_path, _key_pem(key))


class Pki:
    """Who signs what: `service` the company's own names, `public` the Internet's, `rig` AWS's."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.service = Authority(directory, "service-ca")
        self.public = Authority(directory, "public-ca")
        self.rig = Authority(directory, "aws-ca")

    @property
    def bundle(self) -> Path:
        """What a workload trusts from the start: AWS and the Internet, but not the company's own CA."""
        path = self._directory / "trusted.pem"
        if not path.exists():
            path.write_text(self.rig.pem + self.public.pem)
        return path

    def service_certificate(self, domain: str) -> tuple[Path, Path]:
        """Certificate and key files for `*.domain` and `domain`, made once."""
        certificate, key = self._directory / f"{domain}.pem", self._directory / f"{domain}-key.pem"
        if not key.exists():
            issued = self.service.issue([f"*.{domain}", domain])
            certificate.write_text(issued.chain_pem)
            write_secret(key, issued.key_pem)
        return certificate, key


def write_secret(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(content)


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _builder(common_name: str, key: Key) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFETIME)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: Key) -> str:
    encoding = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
