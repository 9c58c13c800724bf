"""What moto knows of some regions and partitions, of all of them: an inventory may name any that botocore has."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import moto.ec2.models.amis
import moto.ssm.models
from moto.core.base_backend import AccountSpecificBackend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.utilities.utils import PARTITION_NAMES, REGION_PREFIX_TO_PARTITION

from rig import regions
from rig.control.settings import Settings

# A region that moto knows all of.
_KNOWN = "us-east-1"
_SHORT = {word: word[0] for word in ("north", "south", "east", "west", "central")}
_SHORT |= {a + b: a[0] + b[0] for a in ("north", "south") for b in ("east", "west")}


def install(_settings: Settings) -> None:
    for partition in regions.PARTITIONS:
        _know(partition)
    AccountSpecificBackend._generate_regions = lambda _self, _service: list(regions.EVERYWHERE)
    for module in (moto.ssm.models, moto.ec2.models.amis):
        if not hasattr(module.load_resource, "__wrapped__"):
            module.load_resource = _or_of_a_known_region(module.load_resource)


def _know(partition: regions.Partition) -> None:
    if partition.id not in PARTITION_NAMES:
        PARTITION_NAMES.append(partition.id)
    for region in partition.regions:
        if partition is not regions.PARTITIONS[0]:
            REGION_PREFIX_TO_PARTITION[region] = partition.id
        if region not in RegionsAndZonesBackend.zones:
            RegionsAndZonesBackend.zones[region] = zones_of(region)


def zones_of(region: str) -> list[Zone]:
    """Three, with ids as AWS makes them: the letters of the region's words, and its number.

    https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
    """
    *words, number = region.split("-")
    prefix = "".join(_SHORT.get(word, word) for word in words) + number
    return [
        Zone(name=f"{region}{letter}", region_name=region, zone_id=f"{prefix}-az{index}")
        for index, letter in enumerate("abc", start=1)
    ]


def _or_of_a_known_region(load: Callable[[str], Any]) -> Callable[[str], Any]:
    """Images have the same ids where moto has no list of a region's own."""

    @functools.wraps(load)
    def known(path: str) -> Any:
        try:
            return load(path)
        except FileNotFoundError:
            return load(f"{path.rpartition('/')[0]}/{_KNOWN}.json")

    return known
