"""The door's certificate: checked before Envoy sees it, since a pair that does not fit would close the door."""

import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..sieve import Unusable, parse_json


@dataclass(frozen=True, kw_only=True)
class Certificate:
    certificate_pem: str
    private_key_pem: str

    @classmethod
    def parse(cls, text: str) -> "Certificate":
        entry = parse_json(text, dict)
        certificate = cls(
            certificate_pem=_text(entry, "certificate_pem"), private_key_pem=_text(entry, "private_key_pem")
        )
        certificate._check()
        return certificate

    def _check(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pair:  # readable by this user only
            pair.write(f"{self.certificate_pem}\n{self.private_key_pem}\n")
            pair.flush()
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.name)
            except (ssl.SSLError, ValueError) as problem:
                raise Unusable(f"certificate and private key are no pair in PEM ({problem})") from problem


def _text(entry: Mapping[str, Any], name: str) -> str:
    """What is wrong with an entry is told on the door's page: of this one never what it holds."""
    value = entry.get(name)
    if not isinstance(value, str):
        raise Unusable(f"{name}: missing, or not a text")
    return value
