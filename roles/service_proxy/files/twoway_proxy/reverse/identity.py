"""Who is calling: read off the PROXY header at the front, and carried along to wherever a line is logged."""

from typing import Any

EXTENSIONS = "type.googleapis.com/envoy.extensions"
# PP2_TYPE_AWS. Its value's first byte, 0x01, says that the id of the endpoint follows, and stays in the log as \u0001.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html (proxy protocol)
AWS_TLV = 0xEA
ENDPOINT = "%FILTER_STATE(envoy.network.proxy_protocol.tlv:FIELD:endpoint)%"
CLIENT, _ENDPOINT = "twoway.client", "twoway.endpoint"
# What the lines of the access log say of the caller, the same at every listener.
LOGGED = {"client": f"%FILTER_STATE({CLIENT}:PLAIN)%", "endpoint": f"%FILTER_STATE({_ENDPOINT}:PLAIN)%"}


def proxy_protocol() -> dict[str, Any]:
    """Required: a connection without it does not come from the NLB, and nobody could say whose it is."""
    return {
        "name": "envoy.filters.listener.proxy_protocol",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.listener.proxy_protocol.v3.ProxyProtocol",
            "disallowed_versions": ["V1"],
            "tlv_location": "FILTER_STATE",
            "rules": [{"tlv_type": AWS_TLV, "on_tlv_present": {"key": "endpoint"}}],
        },
    }


def remember_caller() -> dict[str, Any]:
    """Behind the limit in every chain of a front: who is not remembered has been one too many (logs.py)."""
    values = {
        CLIENT: "%DOWNSTREAM_REMOTE_ADDRESS%",
        _ENDPOINT: ENDPOINT,
    }
    return {
        "name": "envoy.filters.network.set_filter_state",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.network.set_filter_state.v3.Config",
            "on_new_connection": [kept(key, value, shared="TRANSITIVE") for key, value in values.items()],
        },
    }


def kept(key: str, value: str, shared: str) -> dict[str, Any]:
    """Hashable, so that no pooled connection to an internal listener is used by another caller than it was made for."""
    return {
        "object_key": key,
        "factory_key": "envoy.hashable_string",
        "format_string": {"text_format_source": {"inline_string": value}},
        "shared_with_upstream": shared,
    }


def tls_inspector() -> dict[str, Any]:
    """Reads the first bytes without taking them: whether they are TLS, and for which name."""
    return {
        "name": "envoy.filters.listener.tls_inspector",
        "typed_config": {"@type": f"{EXTENSIONS}.filters.listener.tls_inspector.v3.TlsInspector"},
    }
