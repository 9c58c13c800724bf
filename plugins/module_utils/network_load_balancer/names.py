# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names that ELBv2 takes. Stdlib only."""

from __future__ import annotations

import re

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
NAME = re.compile(r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")


def refuse_bad_name(where: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise PrivateLinkError(
            where=where,
            found=name or "no value",
            allowed="at most 32 letters, digits and hyphens, no hyphen at either end, not internal-...",
        )
