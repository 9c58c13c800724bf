"""Availability zones: every account has its own names for the same ids.

https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

from __future__ import annotations

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

from rig.control import registry


def of_account(account_id: str, region: str) -> list[Zone]:
    """The region's zones under the names of this account: moto's names, the ids shifted account by account."""
    zones = RegionsAndZonesBackend.zones.get(region, [])
    if not zones:
        return []
    shift = _ordinal(account_id) % len(zones)
    ids = [zone.zone_id for zone in zones]
    return [
        Zone(name=zone.name, region_name=region, zone_id=zone_id)
        for zone, zone_id in zip(zones, ids[shift:] + ids[:shift], strict=True)
    ]


def _ordinal(account_id: str) -> int:
    known = [account.id for account in registry.settings().accounts]
    return known.index(account_id) if account_id in known else int(account_id)
