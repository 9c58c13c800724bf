"""The services of the sandbox inventory, as a client of the link knows them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from . import sandbox

DOMAIN = "tokyo.twoway.example"
INVENTORY = sandbox.ROOT / "inventories" / "sandbox"
ENTRIES = Path("host_vars") / "tokyo_isolated" / "services.yml"


def names() -> list[str]:
    return [entry["name"] for entry in entries()]


def target(name: str) -> dict[str, str]:
    """What the requester needs to ask one service."""
    return {"name": name, "host": f"{name}.{DOMAIN}", "path": f"/{name}"}


def image(name: str) -> str:
    """An image in the isolated account's registry, the only one its VPC has a way to."""
    facts = sandbox.facts()
    return f"{facts['accounts']['isolated']['id']}.dkr.ecr.{facts['region']}.amazonaws.com/shop/{name}"


def targets() -> list[dict[str, str]]:
    return [target(name) for name in names()]


def entries() -> list[dict[str, object]]:
    return yaml.safe_load((INVENTORY / ENTRIES).read_text())["services"]


def inventory_with(directory: Path, **entry: object) -> Path:
    """A copy of the sandbox inventory whose list has one service more; an operator's edit."""
    return inventory_of(directory, [*entries(), entry])


def inventory_of(directory: Path, listed: Sequence[Mapping[str, object]], **shared: object) -> Path:
    """A copy of the sandbox inventory with another list of services, in place of an earlier one.

    `shared` are further variables of both sides.
    """
    copy = directory / "sandbox"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(INVENTORY, copy)
    (copy / ENTRIES).write_text(yaml.safe_dump({"services": list(listed)}, sort_keys=False))
    if shared:
        (copy / "group_vars" / "tokyo" / "more.yml").write_text(yaml.safe_dump(shared))
    return copy
