"""What a proxy makes of the parameters: Envoy's resources, and what to tell about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .sieve import Skipped

Resource = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """`good` are the raw parameters this came from, kept on disk; `subject` is the proxy's own reading of them.

    `unready` is why the proxy serves nothing yet, if it only says so. `listeners` are None when the proxy's listener
    is in its bootstrap.
    """

    unready: str | None = None
    good: Mapping[str, str]
    routes: list[Resource]
    clusters: list[Resource] = field(default_factory=list)
    listeners: list[Resource] | None = None
    secrets: list[Resource] = field(default_factory=list)
    skipped: tuple[Skipped, ...] = ()
    subject: Any = None
