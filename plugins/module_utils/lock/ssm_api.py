# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How parameters are read with their versions, and their age by AWS's clock. PRIVATE to the collection.

Those of canaries and of locks. They are written as those of the catalogue are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

READ_AT_ONCE = 10  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
VERSIONS_AT_ONCE = 50  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """`age` in seconds, by AWS's clock when it answered; `by` is who AWS says has written it."""

    name: str
    text: str
    version: int
    age: float = 0.0
    at: float = 0.0
    by: str = ""


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(("ParameterNotFound", "ParameterVersionNotFound"))


def _pages(call: Any, **request: Any) -> Iterator[dict[str, Any]]:
    while True:
        answer = call(aws_retry=True, **request)
        yield answer
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def answered_at(answer: Mapping[str, Any]) -> float:
    """When AWS said so, in seconds since the epoch: its own clock, whatever ours says."""
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()


@aws_call("read parameters below {path}")
def read_below(ssm: Any, path: str) -> tuple[list[Parameter], float]:
    """All of them, and AWS's time."""
    found, now = [], 0.0
    for answer in _pages(ssm.get_parameters_by_path, Path=path, Recursive=True, MaxResults=READ_AT_ONCE):
        now = answered_at(answer)
        found += [_parameter(item, now) for item in answer["Parameters"]]
    return found, now


@Missing.list_error_handler("read parameter {name}", default_value=None)
def read(ssm: Any, name: str) -> Parameter | None:
    """`name` may end in :<version>."""
    answer = ssm.get_parameter(Name=name, aws_retry=True)
    return _parameter(answer["Parameter"], answered_at(answer))


@Missing.list_error_handler("read the history of {name}", default_value=[])
def history(ssm: Any, name: str) -> list[Parameter]:
    """The oldest first. AWS keeps a hundred versions:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
    """
    pages = _pages(ssm.get_parameter_history, Name=name, MaxResults=VERSIONS_AT_ONCE)
    return [_parameter(item, answered_at(answer)) for answer in pages for item in answer["Parameters"]]


def _parameter(item: Mapping[str, Any], now: float) -> Parameter:
    at = item["LastModifiedDate"].timestamp()
    return Parameter(
        name=item["Name"],
        text=item["Value"],
        version=item["Version"],
        age=max(0.0, now - at),
        at=at,
        by=item.get("LastModifiedUser", ""),
    )
