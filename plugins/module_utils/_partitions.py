# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The partition that a region lies in. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html; all other regions are of "aws".
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def partition_of(region: str) -> str:
    return next((one for begins, one in _PARTITIONS.items() if region.startswith(begins)), "aws")


def domain_of(region: str) -> str:
    """What the names of its endpoints end with."""
    return "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
