# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether two endpoint policies mean the same. Pure; stdlib only.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
import re
from typing import Any

# What an endpoint has when no policy was given.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
FULL_ACCESS = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'
DEFAULT_VERSION = "2008-10-17"
CASELESS = ("Action", "NotAction")
ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")


def same_meaning(one: str | None, other: str | None) -> bool:
    """Order, lists of one, letter case of actions and the two spellings of an account do not matter."""
    return _canonical(one) == _canonical(other)


def _canonical(policy: str | None) -> Any:
    document = json.loads(policy or FULL_ACCESS)
    statements = document.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    rest = {key: value for key, value in document.items() if key != "Statement"}
    return (
        rest.pop("Version", DEFAULT_VERSION),
        json.dumps(rest, sort_keys=True),
        frozenset(_statement(statement) for statement in statements),
    )


def _statement(statement: dict[str, Any]) -> frozenset:
    return frozenset((key, _element(key, value)) for key, value in statement.items())


def _element(key: str, value: Any) -> Any:
    if key in ("Principal", "NotPrincipal"):
        # "*" and {"AWS": "*"} are the same to AWS.
        named = {"AWS": value} if isinstance(value, str) else value
        return frozenset((kind, frozenset(_account(one) for one in _list(ids))) for kind, ids in named.items())
    if key == "Condition":
        return frozenset(
            (operator, frozenset((name.lower(), _values(values)) for name, values in tests.items()))
            for operator, tests in value.items()
        )
    values = _values(value)
    return frozenset(one.lower() for one in values) if key in CASELESS else values


def _values(value: Any) -> frozenset[str]:
    return frozenset(_text(one) for one in _list(value))


def _list(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """AWS turns true into "true" and 1 into "1"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _account(principal: str) -> str:
    root = ROOT.fullmatch(principal)
    return root.group(1) if root else principal
