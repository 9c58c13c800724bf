"""IAM's policy language, as far as endpoint policies speak it. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

ALLOWED, NOT_ALLOWED, DENIED = "allowed", "not allowed", "denied"
Context = Mapping[str, str | Sequence[str]]
_ANYBODY = "*"
_VARIABLES = "2012-10-17"  # the version that knows policy variables
_VARIABLE = re.compile(r"\$\{([^,}]+)(?:,\s*'([^']*)')?\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}
_ARN_PARTS = 6


class UnknownElement(Exception):
    """What AWS may know, and this does not."""


class _Unresolved(Exception):
    """A policy variable whose key the request does not have: what holds it fits nothing."""


def decide(
    document: Mapping[str, Any], *, principals: Collection[str], action: str, resource: str, context: Context
) -> str:
    """ALLOWED, NOT_ALLOWED (implicitly) or DENIED (explicitly). `principals` are all the names of who asks."""
    known = {key.lower(): value for key, value in context.items()}
    variables = document.get("Version") == _VARIABLES
    effects = {
        statement["Effect"]
        for statement in _list(document.get("Statement", []))
        if _fits(statement, principals, action, resource, known, variables)
    }
    if "Deny" in effects:
        return DENIED
    return ALLOWED if "Allow" in effects else NOT_ALLOWED


def _fits(
    statement: Mapping[str, Any],
    principals: Collection[str],
    action: str,
    resource: str,
    context: Context,
    variables: bool,
) -> bool:
    def filled(text: str) -> str:
        return _fill(text, context) if variables else text

    return (
        _element(statement, "Principal", lambda given: _is_principal(given, principals))
        and _element(statement, "Action", lambda given: any(_like(one.lower(), action.lower()) for one in _list(given)))
        and _element(
            statement, "Resource", lambda given: any(_is_resource(one, resource, filled) for one in _list(given))
        )
        and all(
            _holds(operator, key, _list(values), context, filled)
            for operator, tests in statement.get("Condition", {}).items()
            for key, values in tests.items()
        )
    )


def _element(statement: Mapping[str, Any], name: str, fits: Callable[[Any], bool]) -> bool:
    """The element, or its opposite, one of which each statement has."""
    if f"Not{name}" in statement:
        return not fits(statement[f"Not{name}"])
    return name in statement and fits(statement[name])


def _is_principal(given: Any, principals: Collection[str]) -> bool:
    if given == _ANYBODY:
        return True
    named = _list(given.get("AWS", []))
    return _ANYBODY in named or any(_names(one, principals) for one in named)


def _names(principal: str, principals: Collection[str]) -> bool:
    """An account's number means its root, as does its ARN."""
    if not re.fullmatch(r"\d{12}", principal):
        return principal in principals
    return any(re.fullmatch(rf"arn:[a-z-]+:iam::{principal}:root", one) for one in principals)


def _is_resource(pattern: str, resource: str, filled: Callable[[str], str]) -> bool:
    """Part by part: an asterisk does not reach beyond a colon, but in the last part. Parts left out are asterisks."""
    try:
        pattern = filled(pattern)
    except _Unresolved:
        return False
    if pattern == _ANYBODY:
        return True
    wanted, found = pattern.split(":", _ARN_PARTS - 1), resource.split(":", _ARN_PARTS - 1)
    wanted += [_ANYBODY] * (_ARN_PARTS - len(wanted))
    return len(found) == _ARN_PARTS and all(map(_like, wanted, found))


# --- conditions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html


def _holds(operator: str, key: str, values: Sequence[Any], context: Context, filled: Callable[[str], str]) -> bool:
    quantifier, _colon, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    found = context.get(key.lower())
    if base == "Null":
        return all((str(value).lower() == "true") == (found is None) for value in values)
    positive, negated = _operator(base)
    wanted = [text for text in (_wanted(value, filled) for value in values) if text is not None]
    if quantifier:
        held = [
            any(positive(one, text) for text in wanted) != negated for one in _list(found if found is not None else [])
        ]
        if quantifier == "ForAllValues":
            return all(held)  # of nothing, too
        if quantifier == "ForAnyValue":
            return any(held)
        raise UnknownElement(operator)
    if found is None:
        return negated or name != base
    return all(any(positive(one, text) for text in wanted) != negated for one in _list(found))


def _wanted(value: Any, filled: Callable[[str], str]) -> str | None:
    try:
        return filled(str(value).lower() if isinstance(value, bool) else str(value))
    except _Unresolved:
        return None


def _operator(name: str) -> tuple[Callable[[str, str], bool], bool]:
    """How a value of the request compares with one of the policy, and whether it is the opposite that is wanted."""
    for word, plain in (("NotEquals", "Equals"), ("NotLike", "Like"), ("NotIp", "Ip")):
        if word in name and name.replace(word, plain) in _OPERATORS:
            return _OPERATORS[name.replace(word, plain)], True
    if name not in _OPERATORS:
        raise UnknownElement(name)
    return _OPERATORS[name], False


def _arn_like(found: str, pattern: str) -> bool:
    wanted, parts = pattern.split(":", _ARN_PARTS - 1), found.split(":", _ARN_PARTS - 1)
    return len(wanted) == len(parts) and all(map(_like, wanted, parts))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda found, wanted: found == _unescape(wanted),
    "StringEqualsIgnoreCase": lambda found, wanted: found.lower() == _unescape(wanted).lower(),
    "StringLike": lambda found, wanted: _like(wanted, found),
    "Bool": lambda found, wanted: found.lower() == wanted.lower(),
    "NumericEquals": lambda found, wanted: float(found) == float(wanted),
    "NumericLessThan": lambda found, wanted: float(found) < float(wanted),
    "NumericLessThanEquals": lambda found, wanted: float(found) <= float(wanted),
    "NumericGreaterThan": lambda found, wanted: float(found) > float(wanted),
    "NumericGreaterThanEquals": lambda found, wanted: float(found) >= float(wanted),
    "DateEquals": lambda found, wanted: _instant(found) == _instant(wanted),
    "DateLessThan": lambda found, wanted: _instant(found) < _instant(wanted),
    "DateLessThanEquals": lambda found, wanted: _instant(found) <= _instant(wanted),
    "DateGreaterThan": lambda found, wanted: _instant(found) > _instant(wanted),
    "DateGreaterThanEquals": lambda found, wanted: _instant(found) >= _instant(wanted),
    "IpAddress": lambda found, wanted: ip_address(found) in ip_network(wanted, strict=False),
    "ArnEquals": _arn_like,  # "ArnEquals and ArnLike behave identically"
    "ArnLike": _arn_like,
}


# --- texts: what a variable brings in is taken letter by letter, also if it holds an asterisk


_LETTER = {"*": "\ue000", "?": "\ue001"}


def _fill(text: str, context: Context) -> str:
    def value(match: re.Match[str]) -> str:
        key, default = match.groups()
        if key in _LITERALS:
            return _LETTER.get(key, key)
        found = context.get(key.lower(), default)
        if not isinstance(found, str):
            raise _Unresolved(key)
        return "".join(_LETTER.get(letter, letter) for letter in found)

    return _VARIABLE.sub(value, text)


def _unescape(text: str) -> str:
    for letter, stand_in in _LETTER.items():
        text = text.replace(stand_in, letter)
    return text


def _like(pattern: str, text: str) -> bool:
    return bool(_expression(pattern).fullmatch(text))


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(letter) or re.escape(_unescape(letter)) for letter in pattern), re.DOTALL)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
