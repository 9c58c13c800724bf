# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What may name the host of an external API: a public DNS name, or every name one label below one. Stdlib only.

PRIVATE to the collection. The proxies check the same again (roles/service_proxy/files/twoway_proxy/names.py): they
trust nobody's inventory.
"""

from __future__ import annotations

import re

from ansible_collections.twoway.privatelink.plugins.module_utils.link import texts

WILDCARD = "*."
HOST = rf"(\*\.)?{texts.DNS_NAME}"

# Names nobody outside a VPC, a host or a home can resolve: https://www.iana.org/assignments/special-use-domain-names
PRIVATE_DOMAINS = (
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
)

# Below these anybody can have a name today: a wildcard there is a way out to everybody. The ones that people meet, of
# the thousands in https://publicsuffix.org/list/.
RENTED = (
    "amazonaws.com",
    "appspot.com",
    "azureedge.net",
    "azurewebsites.net",
    "cloudapp.net",
    "cloudfront.net",
    "firebaseapp.com",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "run.app",
    "vercel.app",
    "web.app",
    "windows.net",
    "workers.dev",
)
# co.uk, com.au, ne.jp: what a registry sells names below.
REGISTRY = re.compile(r"(ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}")


def public_host(text: str) -> str:
    """What is wrong with it, in words, or ""."""
    name = text.removeprefix(WILDCARD)
    last = name.rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        return f"the address {text}"
    domain = next((domain for domain in PRIVATE_DOMAINS if name.endswith(f".{domain}")), None)
    if domain:
        return f"{text}, a private name (.{domain})"
    if text != name and _anybodys(name):
        return f"{text}, below which anybody can have a name"
    return ""


def _anybodys(domain: str) -> bool:
    """A domain of one label never gets this far: DNS_NAME wants two."""
    rented = any(domain == one or domain.endswith(f".{one}") for one in RENTED)
    return rented or bool(REGISTRY.fullmatch(domain))
