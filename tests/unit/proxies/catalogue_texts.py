"""Catalogues as nobody should write them, for Hypothesis: good ones with something of them replaced by anything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from .pki import Authority

ROOT, OWN = "/twoway/tokyo/catalog", "/twoway/tokyo/service-proxy"
_AUTHORITY = Authority("service CA")
_PAIR = _AUTHORITY.issue("door.tokyo.example")
LINK = {
    "domain": "tokyo.example",
    "endpoint_dns": "vpce-1.amazonaws.com",
    "endpoint_zonal_dns": {"apne1-az1": "vpce-1-a.amazonaws.com", "apne1-az4": "vpce-1-d.amazonaws.com"},
    "ca_pem": _AUTHORITY.pem,
}
NAMES = ("orders", "stock", "door")

_HOSTS = ["*", "10.0.0.1", "169.254.169.254", "localhost", "orders.tokyo.example", "*.tokyo.example", "a..b", "::1"]
_PATHS = ["/", "//", "/catalog", "/catalog/x", "/../x", "/orders", "/%2e%2e", "/a\nb", "http://x/", "/orders/*"]
_WORDS = st.sampled_from([*_HOSTS, *_PATHS, "", "agent", "shard-443", "%REQ(x)%", "\u0000", "\ud800"]) | st.text(
    max_size=40
)
_NUMBERS = st.sampled_from([0, -1, 80, 443, 65535, 65536, 2**63, 1e308]) | st.integers() | st.floats()
ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=6,
)


def service(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "host": f"{name}.tokyo.example",
        "path": f"/{name}",
        "port": 443,
        "version": "1",
        "health_check": {"path": "/healthz", "matcher": "200"},
        "canary": {"version": "2", "weight": 10},
    }


def good() -> dict[str, str]:
    texts = {f"{ROOT}/services/{name}": json.dumps(service(name)) for name in NAMES}
    texts[f"{ROOT}/canaries/orders"] = json.dumps({"version": "3", "weight": 5, "state": "running"})
    texts[f"{ROOT}/link"] = json.dumps(LINK)
    texts[f"{OWN}/tls"] = json.dumps(vars(_PAIR))
    return texts


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, str]:
    """A good catalogue in which up to four things are not as they should be."""
    texts = good()
    for _mistake in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(texts)))
        how = draw(st.sampled_from(["text", "value", "field", "key", "name", "gone"]))
        if how == "text":
            texts[name] = draw(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
        elif how == "value":
            texts[name] = _text(draw(ANYTHING))
        elif how == "name":
            texts[f"{ROOT}/{draw(st.sampled_from(['services', 'canaries', 'x']))}/{draw(_WORDS)}"] = texts[name]
        elif how == "gone":
            del texts[name]
        else:
            texts[name] = _spoil(draw, texts[name], how)
    return texts


def _spoil(draw: st.DrawFn, text: str, how: str) -> str:
    try:
        entry = json.loads(text)
    except ValueError:
        return text
    if not isinstance(entry, dict) or not entry:
        return text
    key = draw(st.sampled_from(sorted(entry)))
    entry[draw(_WORDS) if how == "key" else key] = draw(ANYTHING)
    return _text(entry)


def _text(value: Any) -> str:
    return json.dumps(value)
