"""The services of the sandbox inventory, as a client of the link knows them."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from . import sandbox

DOMAIN = "tokyo.twoway.example"
INVENTORY = sandbox.ROOT / "inventories" / "sandbox"
ENTRIES = Path("host_vars") / "tokyo_isolated" / "services.yml"


def names() -> list[str]:
    return [entry["name"] for entry in yaml.safe_load((INVENTORY / ENTRIES).read_text())["services"]]


def target(name: str) -> dict[str, str]:
    """What the requester needs to ask one service."""
    return {"name": name, "host": f"{name}.{DOMAIN}", "path": f"/{name}"}


def image(name: str) -> str:
    """An image in the isolated account's registry, the only one its VPC has a way to."""
    facts = sandbox.facts()
    return f"{facts['accounts']['isolated']['id']}.dkr.ecr.{facts['region']}.amazonaws.com/shop/{name}"


def targets() -> list[dict[str, str]]:
    return [target(name) for name in names()]


def inventory_with(directory: Path, **entry: object) -> Path:
    """A copy of the sandbox inventory whose list has one service more; an operator's edit."""
    copy = directory / "sandbox"
    shutil.copytree(INVENTORY, copy)
    listed = yaml.safe_load((copy / ENTRIES).read_text())
    listed["services"].append(entry)
    (copy / ENTRIES).write_text(yaml.safe_dump(listed, sort_keys=False))
    return copy
