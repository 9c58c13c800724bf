"""AWS's regions and the partitions they lie in, as botocore knows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.loaders import Loader

# What a partition calls that which is in no region of it.
_GLOBAL = "-global"


@dataclass(frozen=True, kw_only=True)
class Partition:
    """`dns_suffix` ends the names of its APIs, `dual_stack_suffix` those that have IPv6 addresses, too."""

    id: str
    dns_suffix: str
    dual_stack_suffix: str
    home: str  # the region that stands for all of it
    regions: frozenset[str]


def _read() -> tuple[Partition, ...]:
    """Of botocore's two lists each has regions that the other one lacks."""
    loader = Loader()
    listed = {one["partition"]: one["regions"] for one in loader.load_data("endpoints")["partitions"]}
    return tuple(_partition(one, listed.get(one["id"], ())) for one in loader.load_data("partitions")["partitions"])


def _partition(told: dict[str, Any], listed: Any) -> Partition:
    outputs = told["outputs"]
    return Partition(
        id=told["id"],
        dns_suffix=outputs["dnsSuffix"],
        dual_stack_suffix=outputs["dualStackDnsSuffix"],
        home=outputs["implicitGlobalRegion"],
        regions=frozenset(region for region in (*told["regions"], *listed) if not region.endswith(_GLOBAL)),
    )


PARTITIONS = _read()
EVERYWHERE = tuple(sorted(region for one in PARTITIONS for region in one.regions))
DNS_SUFFIXES = tuple(sorted({one.dns_suffix for one in PARTITIONS}))
DUAL_STACK_SUFFIXES = tuple(sorted({one.dual_stack_suffix for one in PARTITIONS}))


@cache
def partition_of(region: str) -> Partition:
    """AWS's first partition for a region that nobody has heard of."""
    return next((one for one in PARTITIONS if region in one.regions), PARTITIONS[0])


def host(labels: str, region: str) -> str:
    """`labels` under the region: host("api.ecr", "cn-north-1") -> api.ecr.cn-north-1.amazonaws.com.cn."""
    return f"{labels}.{region}.{partition_of(region).dns_suffix}"
