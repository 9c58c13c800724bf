"""The door's certificate: checked before Envoy sees it, since a pair that does not fit would close the door."""

import ssl
import tempfile
from dataclasses import dataclass

from ..sieve import Unusable, field, parse_json


@dataclass(frozen=True, kw_only=True)
class Certificate:
    certificate_pem: str
    private_key_pem: str

    @classmethod
    def parse(cls, text: str) -> "Certificate":
        entry = parse_json(text, dict)
        certificate = cls(
            certificate_pem=field(entry, "certificate_pem", str),
            private_key_pem=field(entry, "private_key_pem", str),
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
