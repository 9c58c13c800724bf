# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The kinds of values an inventory may hold. The schema is made of these. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Field:
    """`default` None leaves an optional value out; `remedy` is said when the value is wrong."""

    description: str
    required: bool = False
    default: Any = None
    remedy: str = "correct it"


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """`problem` looks at a text that matches `pattern` and says what is wrong with it, or ""."""

    pattern: str = r"(?s).*\S.*"
    allowed: str = "a text that is not empty"
    secret: bool = False
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class Truth(Field):
    """true or false."""


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    choices: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class ListOf(Field):
    """`lone` takes one item that stands by itself for a list of one, as IAM and YAML writers do."""

    item: Field
    least: int = 0
    most: int | None = None
    unique: bool = False
    lone: bool = False


@dataclass(frozen=True, kw_only=True)
class TextMap(Field):
    """A mapping from names to texts, and to nothing that YAML has made of one."""

    pattern: str = r"[A-Za-z_][A-Za-z0-9_]*"
    allowed: str = "names of letters, digits and _"


@dataclass(frozen=True, kw_only=True)
class MapOf(Field):
    """A mapping from names to values of one kind."""

    item: Field
    pattern: str = r"[A-Za-z_][A-Za-z0-9_]*"
    allowed: str = "names of letters, digits and _"


@dataclass(frozen=True, kw_only=True)
class Anything(Field):
    """A mapping we hand on as it is."""


@dataclass(frozen=True, kw_only=True)
class Record(Field):
    fields: Mapping[str, Field] = field(default_factory=dict)
