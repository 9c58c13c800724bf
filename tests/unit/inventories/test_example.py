"""The example inventory, filled in as its README says: it is parsed without a word, and its check finds no mistake."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e import clouds, sandbox
from e2e.sandbox import ROOT
from rig.pki import Pki

BIN = Path(sys.executable).parent
EXAMPLE = ROOT / "inventories" / "example"
README = (EXAMPLE / "README.md").read_text()
# What an operator puts into the file of each of the README's rows.
CONTENT = {
    "service-ca.pem": lambda pki: pki.service.pem,
    "services.pem": lambda pki: pki.service_certificate("osaka.example.com")[0].read_text(),
    "vault.yml": lambda pki: json.dumps(
        {"vault_service_private_key": pki.service_certificate("osaka.example.com")[1].read_text()}
    ),
}
VAULT_PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Place:
    """Where the operator types, what Ansible is configured by, and the name of the playbook there."""

    cwd: Path
    playbook: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The operator's own folder, with credentials for both accounts of a cloud."""
    folder = tmp_path_factory.mktemp("the operator's own")
    with clouds.up(folder / "cloud", control_only=True, delay_scale=0):
        rig = sandbox.facts()
        profiles = [
            f"[profile osaka-{side}]\naws_access_key_id = {account['access_key']}\n"
            f"aws_secret_access_key = {account['secret_key']}\nendpoint_url = {rig['endpoint_url']}\n"
            for side, account in rig["accounts"].items()
        ]
        (folder / "aws").write_text("\n".join(profiles))
        (folder / "vault-password").write_text(VAULT_PASSWORD)
        yield folder


@pytest.fixture(scope="module")
def inventory(folder: Path) -> Path:
    """The README, followed to the letter. The link is called osaka."""
    mine = folder / "my links" / "mine"
    shutil.copytree(EXAMPLE, mine)
    for path in sorted(mine.rglob("*"), reverse=True):
        if path.is_file():
            path.write_text(path.read_text().replace("london", "osaka"))
        path.rename(path.with_name(path.name.replace("london", "osaka")))
    pki = Pki(folder / "pki")
    for path in told_files():
        file = mine / path.replace("london", "osaka")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(CONTENT[file.name](pki))
    vault = mine / "group_vars" / "osaka" / "vault.yml"
    done = ansible(Place(folder, "", {}), folder, "ansible-vault", "encrypt", str(vault))
    assert done.returncode == 0, done.stderr
    return mine


@pytest.fixture(params=["checkout", "elsewhere", "no settings", "strict settings"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    collections = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections")}
    away = tmp_path / "another folder"
    away.mkdir()
    return {
        "checkout": Place(ROOT, "playbooks/validate.yml", {}),
        "elsewhere": Place(
            away, str(ROOT / "playbooks" / "validate.yml"), {**collections, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
        ),
        "no settings": Place(away, "twoway.privatelink.validate", collections),
        "strict settings": Place(
            away,
            "twoway.privatelink.validate",
            {**collections, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1", "ANSIBLE_INVENTORY_UNPARSED_FAILED": "1"},
        ),
    }[request.param]


def told_files() -> list[str]:
    """The files that the README's table names and the example does not have."""
    named = re.findall(r"`((?:group|host)_vars/[^`]+)`", README)
    return [path for path in named if not (EXAMPLE / path).exists()]


def ansible(place: Place, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "AWS_", "MOLECULE_"))}
    settings = {
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "vault-password"),
        "AWS_CONFIG_FILE": str(folder / "aws"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }
    program, *arguments = command
    return subprocess.run(
        [BIN / program, *arguments],
        cwd=place.cwd,
        env={**own, **settings, **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_readme_names_every_file_that_the_example_reads():
    told = "\n".join(told_files())
    read = [
        path for file in EXAMPLE.rglob("*.yml") for path in re.findall(r"inventory_dir ~ '/([^']+)'", file.read_text())
    ]
    assert sorted(read) == sorted(re.findall(r".*\.pem", told))
    assert sorted(CONTENT) == sorted(Path(path).name for path in told_files())


def test_it_is_parsed_without_a_word(place: Place, folder: Path, inventory: Path):
    done = ansible(place, folder, "ansible-inventory", "-i", str(inventory), "--list")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert sorted(told["_meta"]["hostvars"]) == ["osaka_isolated", "osaka_public"]


def test_its_check_finds_no_mistake(place: Place, folder: Path, inventory: Path):
    done = ansible(place, folder, "ansible-playbook", "-i", str(inventory), place.playbook)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed=0" in done.stdout
    assert "osaka_public" in done.stdout or "osaka_isolated" in done.stdout


def test_a_file_that_is_not_there_is_a_mistake_with_its_path(place: Place, folder: Path, inventory: Path):
    ca = inventory / "group_vars" / "osaka" / "files" / "service-ca.pem"
    aside = ca.rename(folder / "aside.pem")
    done = ansible(place, folder, "ansible-playbook", "-i", str(inventory), place.playbook)
    aside.rename(ca)
    assert done.returncode != 0
    assert str(ca) in (done.stdout + done.stderr).replace("\n", "")


@pytest.mark.parametrize("name", ["files/services.pem", "a.pem", "a.crt", "a.cer", "a.csr", "a.key", "a.p12"])
def test_a_checkout_takes_no_certificate_for_hosts(name: str, folder: Path, inventory: Path, tmp_path: Path):
    """Where the README does not ask for them, too."""
    mine = tmp_path / "mine"
    shutil.copytree(inventory, mine)
    (mine / "files").mkdir()
    (mine / name).write_text("-----BEGIN CERTIFICATE-----\n")
    done = ansible(Place(ROOT, "", {}), folder, "ansible-inventory", "-i", str(mine), "--graph")
    assert (done.returncode, done.stderr) == (0, "")
