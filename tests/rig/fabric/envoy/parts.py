"""The pieces that every Envoy resource is made of."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rig.world import Certificate

Part = dict[str, Any]
_TYPES = "type.googleapis.com/envoy."


def typed(kind: str, **fields: Any) -> Part:
    return {"@type": f"{_TYPES}{kind}", **fields}


def named(name: str, kind: str, **fields: Any) -> Part:
    """An extension's configuration."""
    return {"name": name, "typed_config": typed(kind, **fields)}


def socket_address(address: str, port: int, network: str | None = None) -> Part:
    """An address, in the namespace bound at `network`."""
    where = {"network_namespace_filepath": network} if network else {}
    return {"socket_address": {"address": address, "port_value": port, **where}}


def pipe_address(path: Path) -> Part:
    return {"pipe": {"path": str(path)}}


def network_filter(name: str, kind: str, **fields: Any) -> Part:
    return named(f"envoy.filters.network.{name}", f"extensions.filters.network.{kind}", **fields)


def listener(name: str, address: Part, filters: list[Part], tls: Part | None = None, **fields: Any) -> Part:
    chain: Part = {"filters": filters, **({"transport_socket": tls} if tls else {})}
    return typed("config.listener.v3.Listener", name=name, address=address, filter_chains=[chain], **fields)


def server_tls(certificates: Iterable[Certificate], alpn: Iterable[str] = ()) -> Part:
    """Envoy picks by the client's SNI, and the first where none fits: as load balancers do with their default."""
    return named(
        "envoy.transport_sockets.tls",
        "extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        common_tls_context={
            "tls_certificates": [
                {
                    "certificate_chain": {"inline_string": certificate.chain_pem},
                    "private_key": {"inline_string": certificate.key_pem},
                }
                for certificate in certificates
            ],
            "alpn_protocols": list(alpn),
        },
        full_scan_certs_on_sni_mismatch=True,
    )


def client_tls() -> Part:
    """TLS to a target. Load balancers do not verify their targets' certificates:
    docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html."""
    return named("envoy.transport_sockets.tls", "extensions.transport_sockets.tls.v3.UpstreamTlsContext")


def plain_text() -> Part:
    return named("envoy.transport_sockets.raw_buffer", "extensions.transport_sockets.raw_buffer.v3.RawBuffer")


def load_assignment(name: str, addresses: Iterable[Part], **fields: Any) -> Part:
    hosts = [{"endpoint": {"address": address}} for address in addresses]
    return {"cluster_name": name, "endpoints": [{"lb_endpoints": hosts}], **fields}


def in_base64(value: bytes) -> str:
    """Bytes as protobuf's JSON carries them."""
    return base64.b64encode(value).decode()
