"""Ids in the form that AWS gives them today: a prefix and 17 hexadecimal digits."""

from __future__ import annotations

import secrets
import string


def new(prefix: str) -> str:
    """Such as vpce-svc-0a1b2c3d4e5f60718 (the first digit is 0 in every id AWS makes)."""
    return f"{prefix}-0{secrets.token_hex(8)}"


def dns_label() -> str:
    """The eight letters that follow an endpoint's id in its DNS names."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _letter in range(8))
