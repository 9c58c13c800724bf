"""An operator's own inventories stay his: git does not offer them, and no archive of the collection has them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from e2e.sandbox import ROOT

BIN = Path(sys.executable).parent
OURS = {"example", "sandbox"}
# Names that begin as ours do, too, and files beside the directories.
THEIRS = ("mine", "production", "eu", "s", "sand", "sandbox2", "sandbox.old", "exam", "examples", "example-2", "sa")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("archive") / "checkout"
    skipped = shutil.ignore_patterns(
        ".git", ".venv*", ".cache", ".ansible", ".*_cache", ".hypothesis", "__pycache__", "build"
    )
    shutil.copytree(ROOT, copy, symlinks=True, ignore=skipped)
    for name in THEIRS:
        secret = copy / "inventories" / name / "group_vars" / name / "vault.yml"
        secret.parent.mkdir(parents=True)
        secret.write_text("secret: 1\n")
        (secret.parent.parent.parent / "hosts.yml").write_text("all:\n")
    (copy / "inventories" / "vault-password").write_text("secret\n")
    return copy


def inventories(paths: list[str]) -> set[str]:
    """The directories of inventories that hold one of the files."""
    return {Path(path).parts[1] for path in paths if Path(path).parts[0] == "inventories"}


def test_an_archive_of_the_collection_has_the_projects_alone(checkout: Path, tmp_path: Path):
    build = [BIN / "ansible-galaxy", "collection", "build", "--output-path", tmp_path, checkout]
    subprocess.run(build, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        files = [member.name for member in packed if not member.isdir()]
    assert inventories(files) == OURS
    for ours in OURS:
        wanted = {str(path.relative_to(ROOT)) for path in (ROOT / "inventories" / ours).rglob("*") if path.is_file()}
        assert wanted <= set(files)


def test_git_offers_the_projects_alone(checkout: Path):
    subprocess.run(["git", "init", "--quiet"], cwd=checkout, check=True)
    listing = ["git", "ls-files", "--others", "--exclude-standard"]
    told = subprocess.run(listing, cwd=checkout, check=True, capture_output=True, text=True).stdout.splitlines()
    assert "inventories/example/hosts.yml" in told
    assert inventories(told) == OURS
