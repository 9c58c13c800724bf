"""A place in which mutmut can work: the pure code and its tests, laid out as they are imported.

mutmut tells a mutant by the module that its path makes, so the path must read ansible_collections/twoway/...; and it
runs the tests in a copy, so nothing may lead back to the checkout. What is left out (the rig, the modules, the
conftest of the plugins) the tests of a plan do not need, or they would not be tests of something pure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
COLLECTION = Path("ansible_collections/twoway/privatelink")
CODE = Path("plugins/module_utils")
TESTS = Path("tests/unit/plugins/module_utils")
KILLED = (1, 3)  # pytest: a test failed, or pytest itself did
SETTINGS = """
[mutmut]
source_paths=ansible_collections
only_mutate=*/{mutated}
pytest_add_cli_args_test_selection={tests}
pytest_add_cli_args=
    --import-mode=importlib
    -pno:cacheprovider
    -pno:xdist
track_dependencies=false
use_git_change_detection=false

[tool:pytest]
pythonpath = tests
"""


@dataclass(frozen=True, kw_only=True)
class Score:
    killed: int
    survivors: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.killed / (self.killed + len(self.survivors))


def score(mutated: str, tests: str, into: Path) -> Score:
    """Mutates `mutated` (a file under plugins/module_utils) and runs `tests` (beside its tests) against each mutant."""
    _lay_out(mutated, tests, into)
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT / ".venv" / "collections"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(into / "hypothesis"),
    }
    with (into / "mutmut.log").open("w") as log:
        subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", str(os.cpu_count())],
            cwd=into,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    told = into / "mutants" / COLLECTION / CODE / f"{mutated}.meta"
    if not told.exists():
        raise AssertionError(f"mutmut made no mutants, see {into / 'mutmut.log'}")
    codes: dict[str, int | None] = json.loads(told.read_text())["exit_code_by_key"]
    return Score(
        killed=sum(code in KILLED for code in codes.values()),
        survivors=tuple(name for name, code in codes.items() if code not in KILLED),
    )


def difference(mutant: str, into: Path) -> str:
    """What the mutant changes, as a diff without its head."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", mutant], cwd=into, capture_output=True, text=True, check=False
    ).stdout
    return "\n".join(line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def _lay_out(mutated: str, tests: str, into: Path) -> None:
    shutil.rmtree(into, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / CODE, into / COLLECTION / CODE, ignore=ignore)
    shutil.copytree(CHECKOUT / TESTS / tests, into / TESTS / tests, ignore=ignore)
    (into / "setup.cfg").write_text(SETTINGS.format(mutated=mutated, tests=TESTS / tests))
