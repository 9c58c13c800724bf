# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which service proxies use the link's parameter as it is. Pure; PRIVATE to the collection; stdlib only.

Each tells CloudWatch once a minute which text it uses, as a number: they can be reached from inside of the VPC only,
and may write nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Catalogue
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import link_digest

PERIOD = 60  # seconds, in which each proxy tells once


@dataclass(frozen=True, kw_only=True)
class Minute:
    """What the proxies told in the period that began then: how many times, and the least and the greatest number."""

    begin: float
    told: int
    least: float
    greatest: float


@dataclass(frozen=True, kw_only=True)
class Followers:
    """`serving` is how many proxies take requests, `written` when AWS took the parameter, by its clock."""

    serving: int
    written: float
    minutes: Sequence[Minute] = ()


@dataclass(frozen=True, kw_only=True)
class Trust:
    """`followers` are None before anybody has looked."""

    catalogue: Catalogue
    followers: Followers | None = None

    def as_diff(self) -> Mapping[str, Any]:
        return self.catalogue.as_diff()


def judge(link: str | None, followers: Followers | None) -> Verdict:
    """Settled once every proxy has told, in one period after it was written, that it uses this text of the link.

    Without a link, or without a proxy, there is nobody who could refuse a certificate.
    """
    if link is None or (followers and not followers.serving):
        return Verdict(settled=True)
    if followers is None:
        return Verdict(settled=False, note="the service proxies have not been looked at")
    wanted = link_digest(link)
    # A period that had begun before may hold what they told of the same text at an earlier time.
    since = [minute for minute in followers.minutes if minute.begin >= followers.written]
    sure = max((minute.told for minute in since if minute.least == minute.greatest == wanted), default=0)
    heard = f"{min(sure, followers.serving)} of {followers.serving} service proxies have told CloudWatch"
    note = f"{heard} (metric LinkDigest) that they trust every CA in catalog/link"
    return Verdict(settled=sure >= followers.serving, note=note)


def first_period(written: float, now: float, longest: float) -> float:
    """Where to begin to look: at the first full period since then, and not further back than that many seconds."""
    return math.floor(max(written, now - longest) / PERIOD) * PERIOD
