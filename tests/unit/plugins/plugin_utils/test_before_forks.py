"""What a fork need not load any more."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore.exceptions
import botocore.session
import pytest
from ansible_collections.twoway.privatelink.plugins.plugin_utils import before_forks
from botocore.loaders import JSONFileLoader

ROOT = Path(__file__).resolve().parents[4]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.twoway.privatelink.plugins."
CONNECTS = re.compile(r'connect\("([a-z0-9-]+)"\)')
KEYS = {"region_name": "ap-northeast-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


def imported(file: Path) -> Iterator[Path]:
    """The collection's own files that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            parts = node.module.removeprefix(PACKAGE).split(".")
            place = PLUGINS.joinpath(*parts)
            yield from (place.with_suffix(".py"), *(place / f"{alias.name}.py" for alias in node.names))


def services(module: str) -> tuple[str, ...]:
    """What a module, and all that it imports of ours, connects to."""
    seen: set[Path] = set()
    waiting = {PLUGINS / "modules" / f"{module}.py"}
    while waiting:
        file = waiting.pop()
        seen.add(file)
        waiting |= {other for other in imported(file) if other.exists()} - seen
    return tuple(sorted({service for file in seen for service in CONNECTS.findall(file.read_text())}))


def test_the_services_of_each_module_are_known():
    actions = {file.stem for file in (PLUGINS / "action").glob("*.py")}
    assert {name: services(name) for name in sorted(actions) if services(name)} == before_forks.SERVICES


@pytest.fixture
def files(monkeypatch) -> list[str]:
    """The descriptions that botocore reads from now on."""
    read: list[str] = []
    load = JSONFileLoader.load_file

    def load_file(self, path):
        read.append(Path(path).parent.parent.name)
        return load(self, path)

    monkeypatch.setattr(JSONFileLoader, "load_file", load_file)
    monkeypatch.setattr(botocore.session, "create_loader", botocore.session.create_loader)
    before_forks.loader_of.cache_clear()
    before_forks._describe.cache_clear()
    return read


def test_a_client_of_a_fork_reads_no_description_again(files):
    before_forks.load("iam_roles")
    assert "iam" in files
    before_forks.share_descriptions()
    files.clear()
    client = botocore.session.Session().create_client("iam", **KEYS)
    assert client.meta.service_model.service_name == "iam" and files == []


def test_descriptions_of_another_place_are_others(files, tmp_path):
    before_forks.load("iam_roles")
    before_forks.share_descriptions()
    files.clear()
    session = botocore.session.Session()
    session.set_config_variable("data_path", str(tmp_path))
    session.create_client("iam", **KEYS)
    assert "iam" in files


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("variable", "value", "error"),
    [
        ("AWS_PROFILE", "nobody", botocore.exceptions.ProfileNotFound),
        ("AWS_ENDPOINT_URL", "no address", ValueError),
    ],
)
def test_what_is_wrong_with_the_environment_is_for_the_task_to_tell(monkeypatch, variable, value, error):
    monkeypatch.setenv(variable, value)
    before_forks.load("iam_roles")
    before_forks.share_descriptions()
    with pytest.raises(error):
        botocore.session.Session().create_client("iam", **KEYS)


ASKED = """
import sys
from ansible.plugins.loader import action_loader, init_plugin_loader
init_plugin_loader()
action_loader.get("twoway.privatelink.iam_roles", class_only=True)
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


def test_an_action_brings_its_module_and_the_filters():
    """As ansible-playbook loads it, in a Python that has nothing of ours yet."""
    wanted = [f"{PACKAGE}{name}" for name in ("modules.iam_roles", "filter.sides", "filter.egress_profiles")]
    command = [sys.executable, "-c", ASKED, *wanted, f"{PACKAGE}modules.side_network"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.stdout.split() == wanted, told.stderr
