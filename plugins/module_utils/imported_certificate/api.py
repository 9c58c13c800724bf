# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ACM's calls for imported certificates. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

# Without this filter ListCertificates keeps silent about all keys but RSA up to 2048 bits:
# https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html
KEY_TYPES = [
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
]


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ResourceNotFoundException")


@aws_call("list certificates")
def certificates(client: Any) -> list[dict[str, Any]]:
    request: dict[str, Any] = {"Includes": {"keyTypes": KEY_TYPES}}
    found = []
    while True:
        answer = client.list_certificates(**request, aws_retry=True)
        found += answer["CertificateSummaryList"]
        if not answer.get("NextToken"):
            return found
        request["NextToken"] = answer["NextToken"]


@aws_call("list tags of {arn}")
def tags(client: Any, arn: str) -> list[dict[str, str]]:
    return client.list_tags_for_certificate(CertificateArn=arn, aws_retry=True)["Tags"]


@aws_call("describe certificate {arn}")
def describe(client: Any, arn: str) -> dict[str, Any]:
    return client.describe_certificate(CertificateArn=arn, aws_retry=True)["Certificate"]


@aws_call("get certificate {arn}")
def bodies(client: Any, arn: str) -> tuple[str, str]:
    """The certificate and its chain."""
    answer = client.get_certificate(CertificateArn=arn, aws_retry=True)
    return answer["Certificate"], answer.get("CertificateChain", "")


@aws_call("import certificate")
def import_new(client: Any, material: Mapping[str, bytes], tags: Mapping[str, str]) -> str:
    told = ansible_dict_to_boto3_tag_list(dict(tags))
    return client.import_certificate(**material, Tags=told, aws_retry=True)["CertificateArn"]


@aws_call("import certificate {arn} again")
def import_again(client: Any, arn: str, material: Mapping[str, bytes]) -> None:
    """Tags are refused here: ACM takes them for a new certificate only."""
    client.import_certificate(CertificateArn=arn, **material, aws_retry=True)


@aws_call("tag {arn}")
def set_tags(client: Any, arn: str, tags: Mapping[str, str]) -> None:
    client.add_tags_to_certificate(CertificateArn=arn, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag {arn}")
def unset_tags(client: Any, arn: str, keys: list[str]) -> None:
    client.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": key} for key in keys], aws_retry=True)


@Missing.deletion_error_handler("delete certificate {arn}")
def delete(client: Any, arn: str) -> bool:
    client.delete_certificate(CertificateArn=arn, aws_retry=True)
    return True
