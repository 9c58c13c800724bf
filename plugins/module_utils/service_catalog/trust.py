# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whom the service proxies trust, in the link's parameter. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json

from ansible_collections.twoway.privatelink.plugins.module_utils._pem import bare, certificates_in


def certificates(pem: str) -> dict[str, str]:
    """The certificates of a bundle as they are written there, each once, by what they are without white space."""
    return {bare(block): block for block in reversed(certificates_in(pem))}


def is_same(one: str, other: str) -> bool:
    """Whether two bundles hold the same certificates, however they are written and in whatever order."""
    return certificates(one).keys() == certificates(other).keys()


def together(pem: str, more: str) -> str:
    """The bundle with what it lacks of another one: as it is, if that is nothing."""
    has = certificates(pem)
    lacks = [block for key, block in certificates(more).items() if key not in has]
    return "\n".join([pem.rstrip(), *lacks, ""]) if lacks else pem


def ca_of(link: str) -> str:
    """The bundle in a text of the link; none in a text that cannot be read."""
    try:
        return str(json.loads(link)["ca_pem"])
    except (ValueError, KeyError, TypeError):
        return ""


def link_digest(link: str) -> int:
    """What a proxy tells, as the metric LinkDigest, while its Envoy uses this text (twoway_proxy/service/link.py)."""
    return int(hashlib.sha256(link.encode()).hexdigest()[:6], 16)
