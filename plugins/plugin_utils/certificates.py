# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Looks into certificates. Runs on the controller only, where ansible-core brings cryptography along."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import CheckedSide

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
except ImportError:
    pass  # ansible-core does not run without it; only ansible-test imports this file by itself


def check_certificates(side: CheckedSide, now: datetime.datetime) -> list[Mistake]:
    """Whether the side's certificate is in date, fits its key, covers the hosts and comes from the service CA."""
    given = side.values.get("service_certificate") or {}
    if not given.get("certificate") or not side.values.get("service_ca_pem"):
        return []
    where = "service_certificate.certificate"
    try:
        chain = x509.load_pem_x509_certificates(given["certificate"].encode())
        trusted = x509.load_pem_x509_certificates(side.values["service_ca_pem"].encode())
        helpers = x509.load_pem_x509_certificates(given["ca"].encode()) if given.get("ca") else []
    except ValueError as error:
        return [_bad(where, f"a certificate that cannot be read ({error})", "certificates in PEM").at(side.host)]
    leaf = chain[0]
    mistakes = [
        *_dates(leaf, where, now),
        *_key(leaf, given.get("private_key")),
        *_issuer([*chain, *helpers], trusted, where),
        *_hosts(leaf, side.values, where),
    ]
    return [mistake.at(side.host) for mistake in mistakes]


def _bad(where: str, found: str, allowed: str, remedy: str = "have a new one issued") -> Mistake:
    return Mistake(where=where, found=found, allowed=allowed, remedy=remedy)


def _dates(leaf: x509.Certificate, where: str, now: datetime.datetime) -> list[Mistake]:
    first, last = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if first <= now <= last:
        return []
    said = f"a certificate that expired on {last:%Y-%m-%d}" if now > last else f"one valid from {first:%Y-%m-%d} only"
    return [_bad(where, said, "one that is valid today")]


def _key(leaf: x509.Certificate, private_key: str | None) -> list[Mistake]:
    where = "service_certificate.private_key"
    if private_key is None:
        return []
    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError) as error:
        return [_bad(where, f"a key that cannot be read ({error})", "an unencrypted private key in PEM")]
    if _public(key.public_key()) == _public(leaf.public_key()):
        return []
    return [_bad(where, "the key of another certificate", "the key of service_certificate.certificate", "pair them")]


def _public(key: Any) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _issuer(chain: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], where: str) -> list[Mistake]:
    """Follows issuers from the leaf, through what was given, to a certificate of service_ca_pem."""
    current, seen = chain[0], [chain[0]]
    while not any(_issued(current, ca) or current == ca for ca in trusted):
        step = next((other for other in chain if other not in seen and _issued(current, other)), None)
        if step is None:
            return [
                _bad(
                    where,
                    f"a certificate issued by {current.issuer.rfc4514_string()}",
                    "one that service_ca_pem vouches for",
                    "add the intermediates, or correct service_ca_pem",
                )
            ]
        current = step
        seen.append(step)
    return []


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _hosts(leaf: x509.Certificate, values: Mapping[str, Any], where: str) -> list[Mistake]:
    names = _names(leaf)
    domain = values.get("link_domain")
    mistakes = []
    if domain and f"*.{domain}" not in names:
        mistakes.append(
            _bad(where, f"a certificate for {', '.join(names) or 'no name'}", f"one whose names include *.{domain}")
        )
    for index, service in enumerate(values.get("services") or ()):
        host = (service or {}).get("host")
        if host and not host.endswith(f".{domain}") and not covers(names, host):
            mistakes.append(
                _bad(f"services[{index}].host", f"{host}, which the certificate does not name", ", ".join(names))
            )
    return mistakes


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        return leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except x509.ExtensionNotFound:
        return []


def covers(names: Iterable[str], host: str) -> bool:
    """A wildcard stands for one label, the first: https://www.rfc-editor.org/rfc/rfc9525#section-6.3"""
    parent = host.partition(".")[2]
    return any(name in (host, f"*.{parent}") for name in names)
