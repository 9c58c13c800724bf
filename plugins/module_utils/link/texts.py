# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a text must look like to be a name, an address or a certificate. PRIVATE to the collection; stdlib only.

Each function returns what is wrong, in words, or "" when nothing is.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DNS_NAME = rf"(?=.{{4,253}}$){LABEL}(\.{LABEL})+"
PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----", re.DOTALL)


def vpc_cidr(text: str) -> str:
    """Sizes and ranges as AWS has them: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError as error:
        return f"{text!r}, and {error}"
    if not 16 <= network.prefixlen <= 28:
        return f"a /{network.prefixlen}"
    if network.is_loopback or network.is_link_local or network.is_multicast or network.is_unspecified:
        return f"{text}, which no host may use"
    return ""


def ipv4_block(text: str) -> str:
    try:
        ipaddress.IPv4Network(text)
    except ValueError as error:
        return f"{text!r}, and {error}"
    return "" if "/" in text else f"{text}, without its /32"


def certificate_pem(text: str) -> str:
    return _pem(text, lambda label: label == "CERTIFICATE", "certificate")


def private_key_pem(text: str) -> str:
    if "ENCRYPTED" in text:
        return "an encrypted private key"
    return _pem(text, lambda label: label.endswith("PRIVATE KEY"), "private key")


def _pem(text, is_right, noun) -> str:
    blocks = PEM_BLOCK.findall(text)
    if not blocks:
        return "a text without a PEM block"
    labels = [label for label, _body in blocks]
    if noun == "certificate" and not all(map(is_right, labels)):
        return f"a PEM block {next(label for label in labels if not is_right(label))!r}, not only certificates"
    bodies = [body for label, body in blocks if is_right(label)]
    if not bodies:
        return f"PEM, but no {noun}"
    return next((f"a {noun} that is cut off or damaged" for body in bodies if not _is_der(body)), "")


def _is_der(body: str) -> bool:
    """True when the base64 holds one DER sequence of exactly the length it says."""
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
    except binascii.Error:
        return False
    if len(data) < 2 or data[0] != 0x30:
        return False
    if data[1] < 0x80:
        return len(data) == 2 + data[1]
    size = data[1] & 0x7F
    return len(data) == 2 + size + int.from_bytes(data[2 : 2 + size], "big")
