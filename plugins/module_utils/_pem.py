# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Certificates in a text of PEM. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import re

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def certificates_in(text: str | None) -> list[str]:
    """Each as it is written there."""
    return _CERTIFICATE.findall(text or "")


def bare(certificate: str) -> str:
    """Without white space, which others write anew, ACM among them."""
    return "".join(certificate.split())
