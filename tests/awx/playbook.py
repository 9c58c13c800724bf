"""Runs playbooks/awx.yml with the sandbox's inventory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from e2e.sandbox import ROOT

SETTINGS = {
    "awx_project_url": "https://git.example.com/twoway/privatelink.git",
    "awx_inventory_path": "inventories/sandbox/hosts.yml",
    "awx_image": "registry.example.com/twoway-privatelink:1",
}


def run(environment: Mapping[str, str], settings: Mapping[str, Any], *arguments: str, fails: bool = False) -> str:
    """What it has shown."""
    command = [
        Path(sys.executable).with_name("ansible-playbook"),
        ROOT / "playbooks" / "awx.yml",
        f"--inventory={ROOT / 'inventories' / 'sandbox'}",
        f"--extra-vars={json.dumps({**SETTINGS, **settings})}",
        *arguments,
    ]
    whole = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **environment}
    done = subprocess.run(command, env=whole, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr
