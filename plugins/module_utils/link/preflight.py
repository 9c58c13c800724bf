# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS itself says of a side before the first write. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Found
from ansible_collections.twoway.privatelink.plugins.module_utils.link.existing import check_found
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.link.place import cut_of, place_of
from ansible_collections.twoway.privatelink.plugins.module_utils.link.standing import Standing, check_standing
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import check_things
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import Things
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import ca_of, is_same

# STS and EC2 have their own words for the same thing:
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
UNKNOWN_KEY = ("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId")
WRONG_SECRET = ("SignatureDoesNotMatch", "IncompleteSignature")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError")
NOT_REACHED = (
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
    "SSLError",
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Result of the module link_preflight. `azs` maps zone ids to zone names; `code` says what kind of `error`.

    `network` is the one of another team that the side is to stand in, None when it is not to. `vpc_id` is the VPC it
    stands in, None when that is not made, and `things` are what it is to publish, None when that is nothing. `standing`
    is what an earlier run has made of a network of its own, None when nobody has looked. `catalog_link` is what the
    service proxies are told of the link, None when they are told nothing yet, or when it could not be read.
    """

    reachable: bool
    account_id: str | None = None
    azs: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    code: str = ""
    network: Found | None = None
    vpc_id: str | None = None
    things: Things | None = None
    standing: Standing | None = None
    catalog_link: str | None = None
    catalog_unread: bool = False

    @classmethod
    def from_result(cls, result: Mapping[str, Any]) -> Facts:
        return cls(
            reachable=bool(result.get("reachable")),
            account_id=result.get("account_id"),
            azs={zone["id"]: zone["name"] for zone in result.get("azs") or ()},
            error=result.get("error") or result.get("msg") or "",
            code=result.get("error_code") or "",
            network=Found.from_dict(result["network"]) if result.get("network") else None,
            vpc_id=result.get("vpc_id"),
            things=Things.from_dict(result["things"]) if result.get("things") else None,
            standing=Standing.from_dict(result["standing"]) if result.get("standing") else None,
            catalog_link=result.get("catalog_link"),
            catalog_unread=bool(result.get("catalog_unread")),
        )


def check_facts(side: Any, facts: Facts, consumers: Sequence[str] = ()) -> list[Mistake]:
    """`side` is a CheckedSide; `consumers` are the addresses of the other one."""
    if facts.error:
        return [_refusal(side.values.get("aws_connection") or {}, facts).at(side.host)]
    wrong = [*_account(side.values, facts), *_zones(side.values, facts)]
    wrong += check_found(side.values, facts.network, facts.account_id) if facts.network else ()
    cut = cut_of(side.values)
    if facts.standing and cut and not side.values.get("existing_network"):
        wrong += check_standing(side.values["link"], cut, facts.standing)
    if facts.things:
        place = place_of(side.values, facts.network, facts.vpc_id, consumers)
        wrong += check_things(side.values["published"], facts.things, place)
    return [mistake.at(side.host) for mistake in wrong]


def trust_comes_first(facts: Facts, ca_pem: str | None) -> bool:
    """Whether the service proxies may not trust yet what the load balancers are about to show."""
    if not ca_pem or facts.error:
        return False
    told = facts.catalog_link is not None and not is_same(ca_of(facts.catalog_link), ca_pem)
    return told or facts.catalog_unread


def addresses_of(side: Any, facts: Facts | None) -> tuple[str, ...]:
    """The blocks of the VPC that a side has or will have."""
    if facts and facts.network and facts.network.vpc:
        return facts.network.vpc.cidrs
    return (side.values["vpc_cidr"],) if side.values.get("vpc_cidr") else ()


def _refusal(connection: Mapping[str, Any], facts: Facts) -> Mistake:
    if facts.code in NOT_REACHED:
        url = connection.get("endpoint_url")
        return Mistake(
            where=f"aws_connection.{'endpoint_url' if url else 'region'}",
            found=f"no answer ({facts.error})",
            allowed="an endpoint that answers",
            remedy="start what should answer there, or correct the URL"
            if url
            else "look to the network and the region",
        )
    kinds = (
        (EXPIRED, "expired credentials", "credentials that are still valid", "get new ones and run again"),
        (UNKNOWN_KEY, "an access key AWS does not know", "keys of the side's account", "correct access_key or profile"),
        (WRONG_SECRET, "a secret key that does not fit", "the secret of the access key", "correct secret_key"),
        (NO_CREDENTIALS, "no credentials", "access_key and secret_key, or a profile", "add them"),
        (
            DENIED,
            "credentials that may not look around",
            "sts:GetCallerIdentity, ec2:DescribeAvailabilityZones and the other calls of link_preflight",
            "add the permissions",
        ),
    )
    for codes, found, allowed, remedy in kinds:
        if facts.code in codes:
            return Mistake(where="aws_connection", found=f"{found} ({facts.error})", allowed=allowed, remedy=remedy)
    return Mistake(where="aws_connection", found=facts.error, allowed="a connection that works", remedy="mend it first")


def _account(values: Mapping[str, Any], facts: Facts) -> list[Mistake]:
    wanted = values.get("account_id")
    if wanted is None or facts.account_id is None or wanted == facts.account_id:
        return []
    return [
        Mistake(
            where="account_id",
            found=f"{wanted}, but the credentials belong to {facts.account_id}",
            allowed="the account of aws_connection",
            remedy="correct the one that is wrong",
        )
    ]


def _zones(values: Mapping[str, Any], facts: Facts) -> list[Mistake]:
    return [
        Mistake(
            where=f"az_ids[{index}]",
            found=f"{zone}, which the account does not have in this region",
            allowed=", ".join(sorted(facts.azs)),
            remedy="choose among these",
        )
        for index, zone in enumerate(values.get("az_ids") or ())
        if zone is not None and zone not in facts.azs
    ]
