# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks a value against its field of the schema and fills in defaults. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import fields as f
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import (
    Mistake,
    missing,
    quoting,
    shown,
    unknown_key,
)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The normalised value (None when it is of no use) and what was wrong with it."""

    value: Any = None
    mistakes: tuple[Mistake, ...] = ()


def wrong(where: str, value: Any, field: f.Field, allowed: str = "", remedy: str = "") -> Checked:
    found = shown(value, secret=isinstance(field, f.Text) and field.secret)
    allowed = allowed or allowed_words(field)
    return Checked(mistakes=(Mistake(where=where, found=found, allowed=allowed, remedy=remedy or field.remedy),))


def wrong_text(where: str, value: Any, field: f.Field, allowed: str = "") -> Checked:
    """What YAML has made of a text that was not quoted shows no more what was written: 1.1 of 1.10, false of NO."""
    return wrong(where, value, field, allowed, quoting(value, field.remedy))


@singledispatch
def check(field: f.Field, value: Any, where: str) -> Checked:
    """`where` is the path of the value inside the inventory."""
    raise TypeError(f"no check for {type(field).__name__}")


@check.register
def _text(field: f.Text, value: Any, where: str) -> Checked:
    if not isinstance(value, str) or not re.fullmatch(field.pattern, value, re.ASCII):
        return wrong_text(where, value, field)
    said = field.problem(value) if field.problem else ""
    if said:
        return Checked(mistakes=(Mistake(where=where, found=said, allowed=field.allowed, remedy=field.remedy),))
    return Checked(value=str(value))


@check.register
def _number(field: f.Number, value: Any, where: str) -> Checked:
    if isinstance(value, bool) or not isinstance(value, int) or not field.low <= value <= field.high:
        return wrong(where, value, field)
    return Checked(value=int(value))


@check.register
def _truth(field: f.Truth, value: Any, where: str) -> Checked:
    return Checked(value=value) if isinstance(value, bool) else wrong(where, value, field)


@check.register
def _choice(field: f.Choice, value: Any, where: str) -> Checked:
    # True == 1, so the type has its say.
    if any(value == choice and isinstance(value, type(choice)) for choice in field.choices):
        return Checked(value=value)
    return wrong(where, value, field)


@check.register
def _list_of(field: f.ListOf, value: Any, where: str) -> Checked:
    if field.lone and isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return wrong(where, value, field)
    results = [check(field.item, item, f"{where}[{index}]") for index, item in enumerate(value)]
    mistakes = [mistake for result in results for mistake in result.mistakes]
    if len(value) < field.least or (field.most is not None and len(value) > field.most):
        mistakes.append(_wrong_length(field, value, where))
    if field.unique:
        mistakes += _repeated(value, where)
    return Checked(value=[result.value for result in results], mistakes=tuple(mistakes))


def _wrong_length(field: f.ListOf, value: Any, where: str) -> Mistake:
    return Mistake(where=where, found=f"{len(value)} of them", allowed=allowed_words(field), remedy=field.remedy)


def _repeated(value: Any, where: str) -> list[Mistake]:
    return [
        Mistake(
            where=f"{where}[{index}]",
            found=f"{shown(item)}, as at {where}[{value.index(item)}]",
            allowed="each one once",
            remedy="take the second away",
        )
        for index, item in enumerate(value)
        if value.index(item) < index
    ]


@check.register
def _text_map(field: f.TextMap, value: Any, where: str) -> Checked:
    if not isinstance(value, Mapping):
        return wrong(where, value, field, "a mapping")
    texts, mistakes = {}, []
    for key, item in value.items():
        if not isinstance(key, str) or not re.fullmatch(field.pattern, key, re.ASCII):
            mistakes += wrong_text(where, key, field).mistakes
        elif isinstance(item, str):
            texts[str(key)] = str(item)
        else:
            mistakes += wrong_text(f"{where}.{key}", item, field, "a text").mistakes
    return Checked(value=texts, mistakes=tuple(mistakes))


@check.register
def _map_of(field: f.MapOf, value: Any, where: str) -> Checked:
    if not isinstance(value, Mapping):
        return wrong(where, value, field, "a mapping")
    items, mistakes = {}, []
    for key, item in value.items():
        if not isinstance(key, str) or not re.fullmatch(field.pattern, key, re.ASCII):
            mistakes += wrong_text(where, key, field).mistakes
            continue
        checked = check(field.item, item, f"{where}.{key}")
        items[str(key)] = checked.value
        mistakes += checked.mistakes
    return Checked(value=items, mistakes=tuple(mistakes))


@check.register
def _anything(field: f.Anything, value: Any, where: str) -> Checked:
    return Checked(value=dict(value)) if isinstance(value, Mapping) else wrong(where, value, field)


@check.register
def _record(field: f.Record, value: Any, where: str) -> Checked:
    if not isinstance(value, Mapping):
        return wrong(where, value, field)
    unknown = [unknown_key(where, str(key), field.fields) for key in value if key not in field.fields]
    known = {key: value[key] for key in value if key in field.fields}
    checked = check_fields(field.fields, known, where)
    return Checked(value=checked.value, mistakes=(*checked.mistakes, *unknown))


def check_fields(fields: Mapping[str, f.Field], values: Mapping[str, Any], where: str = "") -> Checked:
    """Each field of `fields`, with its default where `values` has nothing (or null)."""
    normal, mistakes = {}, []
    for key, field in fields.items():
        place = f"{where}.{key}" if where else key
        given = values.get(key)
        if given is None and field.required:
            mistakes.append(missing(place, allowed_words(field)))
            continue
        given = field.default if given is None else given
        result = Checked() if given is None else check(field, given, place)
        normal[key] = result.value
        mistakes += result.mistakes
    return Checked(value=normal, mistakes=tuple(mistakes))


def allowed_words(field: f.Field) -> str:
    """What a field takes, in words, for messages and for the documentation."""
    if isinstance(field, (f.Text, f.TextMap, f.MapOf)):
        return field.allowed
    if isinstance(field, f.Number):
        return f"a number from {field.low} to {field.high}"
    if isinstance(field, f.Truth):
        return "true or false"
    if isinstance(field, f.Choice):
        return ", ".join(str(choice) for choice in field.choices)
    if isinstance(field, f.ListOf):
        bounds = [f"at least {field.least}"] * bool(field.least) + [f"at most {field.most}"] * (field.most is not None)
        return " ".join(["a list", *(["of"] * bool(bounds)), " and ".join(bounds)]).strip()
    if isinstance(field, f.Record):
        return f"a mapping with {', '.join(sorted(field.fields))}"
    return "a mapping"
