# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Mistakes of an inventory: gathered, not raised one by one. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

LONGEST_SHOWN = 60
QUOTE = "quote it"
GATHERED = (dict, list, tuple, set)
# In this order: a truth value is a number, too.
KINDS = (
    (bool, "truth value"),
    (int, "number"),
    (float, "fraction"),
    (str, "text"),
    (datetime.date, "date"),
    (bytes, "binary data"),
    (dict, "mapping"),
    ((list, tuple), "list"),
    (set, "set"),
)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """`where` reads like a path into the inventory: `tokyo_isolated: services[2].port`."""

    where: str
    found: str
    allowed: str
    remedy: str

    @property
    def line(self) -> str:
        text = f"{self.where}: found {self.found}; allowed: {self.allowed}; {self.remedy}"
        return re.sub(r"\s+", " ", text)

    def at(self, host: str) -> Mistake:
        return replace(self, where=f"{host}: {self.where}")


class InvalidInventoryError(PrivateLinkError):
    """Everything that is wrong, together."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.lines = tuple(mistake.line for mistake in mistakes)
        count = f"{len(self.lines)} mistake{'' if len(self.lines) == 1 else 's'}"
        super().__init__(where="inventory", found=count)

    @property
    def message(self) -> str:
        return "\n".join([f"{self.found} in the inventory:", *(f"- {line}" for line in self.lines)])

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), "mistakes": list(self.lines)}


def kind_of(value: Any) -> str:
    """The word an operator has for the type of a YAML value."""
    if value is None:
        return "nothing"
    return next((word for kind, word in KINDS if isinstance(value, kind)), type(value).__name__)


def quoting(value: Any, otherwise: str) -> str:
    """The remedy for what stands where a text belongs."""
    if isinstance(value, (str, *GATHERED)):
        return otherwise
    return otherwise if otherwise.startswith(QUOTE) else f"{QUOTE} (in a template: | string)"


def shown(value: Any, secret: bool = False) -> str:
    """A value as a mistake quotes it: short, typed, and never a secret."""
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        return kind_of(value)
    if secret or isinstance(value, GATHERED):
        return f"a {kind_of(value)}"
    text = repr(str(value)) if isinstance(value, str) else str(value).lower()
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 3] + "..."
    return f"{text} ({kind_of(value)})"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, or None."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)


def missing(where: str, allowed: str, remedy: str = "") -> Mistake:
    key = where.rpartition(".")[2].strip()
    return Mistake(where=where, found="nothing", allowed=allowed, remedy=remedy or f"add {key}")


def unknown_key(where: str, key: str, known: Iterable[str]) -> Mistake:
    names = sorted(known)
    meant = nearest(key, names)
    return Mistake(
        where=f"{where}.{key}" if where else key,
        found="a key that means nothing here",
        allowed=", ".join(names),
        remedy=f"did you mean {meant}?" if meant else "take it away",
    )
