"""Pages that are written from the code are as the code has it; the example inventory shows all there is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml
from ansible_collections.twoway.privatelink.plugins.module_utils.link import fields as f
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

ROOT = Path(__file__).resolve().parents[3]


def test_written_pages_are_up_to_date():
    command = [sys.executable, ROOT / "scripts" / "service_entry.py", "--check"]
    environment = {"PYTHONPATH": str(ROOT / ".venv" / "collections")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_option_is_on_the_page():
    page = (ROOT / "docs" / "service-entry.md").read_text()
    assert all(f"| `{name}` |" in page for name in SERVICE.fields)


def test_the_example_is_valid_and_shows_every_option():
    path = ROOT / "inventories" / "example" / "host_vars" / "london_isolated" / "services.yml"
    entries = yaml.safe_load(path.read_text())["services"]
    assert service_catalog(entries, "london.example.com")
    assert set().union(*entries) == SERVICE.fields.keys()
    shown = entries[0]["health_check"].keys(), entries[0]["deployment"].keys()
    records = SERVICE.fields["health_check"], SERVICE.fields["deployment"]
    assert shown == tuple(record.fields.keys() for record in records if isinstance(record, f.Record))
