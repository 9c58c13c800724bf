# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Systems Manager's calls on parameters. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import aws_call

READ_AT_ONCE = 10  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
DESCRIBED_AT_ONCE = 50  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
EXISTS = "ParameterAlreadyExists"
PLAIN = "String"  # the type of what is no secret
DELETED_AT_ONCE = 10  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html


def _pages(call: Any, **request: Any) -> Iterator[dict[str, Any]]:
    while True:
        answer = call(aws_retry=True, **request)
        yield from answer["Parameters"]
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


@aws_call("read parameters below {path}")
def read_below(ssm: Any, path: str) -> dict[str, str]:
    found = _pages(ssm.get_parameters_by_path, Path=path, Recursive=True, MaxResults=READ_AT_ONCE)
    return {item["Name"]: item["Value"] for item in found}


@aws_call("read parameters directly below {path}")
def read_head(ssm: Any, path: str) -> dict[str, dict[str, Any]]:
    """As AWS tells them, with when each was written: of a catalogue the link and the revision."""
    found = _pages(ssm.get_parameters_by_path, Path=path, Recursive=False, MaxResults=READ_AT_ONCE)
    return {item["Name"]: item for item in found}


@aws_call("list tagged parameters below {path}")
def list_owned(ssm: Any, path: str, tags: Mapping[str, str]) -> set[str]:
    """Names of those with the tags: the only way to learn tags of many parameters at once."""
    filters = [
        {"Key": "Path", "Option": "Recursive", "Values": [path]},
        *({"Key": f"tag:{key}", "Values": [value]} for key, value in sorted(tags.items())),
    ]
    found = _pages(ssm.describe_parameters, ParameterFilters=filters, MaxResults=DESCRIBED_AT_ONCE)
    return {item["Name"] for item in found}


@aws_call("create parameter {name}")
def create(ssm: Any, name: str, text: str, tags: Mapping[str, str], kind: str = PLAIN) -> int:
    """Its version. Refused with ParameterAlreadyExists where there is one: AWS creates a name once."""
    return _put(ssm, name, text, kind, Tags=ansible_dict_to_boto3_tag_list(dict(tags)))


@aws_call("write parameter {name}")
def overwrite(ssm: Any, name: str, text: str, kind: str = PLAIN) -> int:
    """Its new version. PutParameter takes tags only for a new parameter; the old ones stay."""
    return _put(ssm, name, text, kind, Overwrite=True)


def _put(ssm: Any, name: str, text: str, kind: str, **more: Any) -> int:
    """A value above 4 KB, as a long certificate chain makes one, needs the advanced tier; the rest costs nothing.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
    """
    settings = {"Name": name, "Value": text, "Type": kind, "Tier": "Intelligent-Tiering"}
    return ssm.put_parameter(aws_retry=True, **settings, **more)["Version"]


@aws_call("delete parameters")
def delete(ssm: Any, names: Sequence[str]) -> None:
    """At most DELETED_AT_ONCE; those that are not there are no error."""
    ssm.delete_parameters(Names=list(names), aws_retry=True)


def delete_all(ssm: Any, names: Sequence[str]) -> None:
    for start in range(0, len(names), DELETED_AT_ONCE):
        delete(ssm, names[start : start + DELETED_AT_ONCE])
