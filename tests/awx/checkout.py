"""What git has of this project, as a folder: what AWX reads of it and copies for each job."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from e2e.sandbox import ROOT

PARTS = ("playbooks", "inventories", "site.yml", "ansible.cfg")


def copy_to(folder: Path) -> Path:
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / part)
    return folder


def add_inventory(folder: Path, rig: Mapping[str, Any], **variables: Any) -> str:
    """The sandbox's inventory as one for AWX: with profiles instead of keys, and certificates that lie in no file.

    Returns its path in the checkout.
    """
    into = folder / "inventories" / "awx"
    shutil.copytree(folder / "inventories" / "sandbox", into)
    path = into / "group_vars" / "tokyo" / "sandbox.yml"
    settings = yaml.safe_load(path.read_text())
    own = {name: settings[name] for name in ("proxy_image_id", "proxy_instance_type", "probe_image")}
    own["aws_connection"] = {
        "region": "{{ region }}",
        "endpoint_url": rig["endpoint_url"],
        "profile": "{{ link }}-{{ side }}",
    }
    own["service_ca_pem"] = Path(rig["pki"]["ca"]).read_text()
    own["service_certificate"] = {
        "certificate": Path(rig["pki"]["certificate"]).read_text(),
        "private_key": "{{ vault_service_private_key }}",
        "ca": "{{ service_ca_pem }}",
    }
    path.write_text(yaml.safe_dump({**own, **variables}))
    return str((into / "hosts.yml").relative_to(folder))
