# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who may connect to an endpoint service. Stdlib only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import Connection

# "Principal ARNs with path components aren't supported":
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html
PATH = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(user|role)/.+/.+")
PRINCIPAL = re.compile(r"\*|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+|arn:aws[a-z-]*:organizations::.+")
OF_ACCOUNT = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):.+")


def checked_principals(values: Iterable[str] | None) -> tuple[str, ...] | None:
    """Of the option, sorted and each once; None when it was not given."""
    if values is None:
        return None
    for index, value in enumerate(values):
        if not PRINCIPAL.fullmatch(value):
            raise PrivateLinkError(
                where=f"allowed_principals[{index}]",
                found=value or "no value",
                allowed='an ARN or "*"',
                remedy=f"an account is written arn:aws:iam::{value}:root" if value.isdigit() else None,
            )
        if match := PATH.fullmatch(value):
            raise PrivateLinkError(
                where=f"allowed_principals[{index}]",
                found=value,
                allowed=f"an ARN without a path: AWS knows no {match[2]} with one here",
                remedy=f"admit a {match[2]} without a path, or the account, arn:aws:iam::{match[1]}:root",
            )
    return tuple(sorted(set(values)))


def unadmitted(
    connections: Iterable[Connection], principals: Iterable[str], provider_id: str | None
) -> tuple[Connection, ...]:
    """The live ones whose account none of the principals admits. The provider's own account needs no principal.

    AWS leaves a connection up when its principal is removed ("it does not affect existing connections"):
    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
    """
    admitting = tuple(principals)
    return tuple(
        one
        for one in connections
        if one.live
        and one.owner_id not in (None, provider_id)
        and not any(_may_admit(principal, one.owner_id) for principal in admitting)
    )


def _may_admit(principal: str, account_id: str) -> bool:
    """Nobody can tell from an organization's ARN which accounts belong to it: it may admit any."""
    match = OF_ACCOUNT.fullmatch(principal)
    return match is None or match[1] == account_id
