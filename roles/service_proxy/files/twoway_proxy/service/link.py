"""The link as the catalogue tells it: where its endpoint is, and who signs its services' certificates."""

import hashlib
import ssl
from dataclasses import dataclass

from ..names import check_host
from ..sieve import Unusable, field, parse_json


@dataclass(frozen=True, kw_only=True)
class Link:
    """`zonal_dns` are the endpoint's names by zone id, and may be empty."""

    domain: str
    endpoint_dns: str
    ca_pem: str
    zonal_dns: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Link":
        entry = parse_json(text, dict)
        link = cls(
            domain=check_host(field(entry, "domain", str)),
            endpoint_dns=check_host(field(entry, "endpoint_dns", str)),
            ca_pem=field(entry, "ca_pem", str),
            zonal_dns=tuple(
                (zone, check_host(name))
                for zone, name in sorted(field(entry, "endpoint_zonal_dns", dict, default={}).items())
            ),
        )
        _check_ca(link.ca_pem)
        return link


def digest(text: str) -> int:
    """A number for a text of the link: small enough to come through any metric as it is."""
    return int(hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:6], 16)


def _check_ca(pem: str) -> None:
    try:
        store = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        store.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError) as problem:
        raise Unusable(f"ca_pem: no certificate authority in PEM ({problem})") from problem
    if not store.get_ca_certs():
        raise Unusable("ca_pem: holds no certificate authority")
