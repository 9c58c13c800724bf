"""Runs a job as AWX does: with ansible-runner, in a directory that holds nothing but what AWX puts there.

After awx/main/tasks/jobs.py: RunJob, RunInventoryUpdate and safe_dump. What is not as there: no container is around it,
so that the collections are this checkout's own and the Python is that of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner
import yaml
from e2e.sandbox import ROOT

from .double import credentials, surveys

BIN = Path(sys.executable).parent
NODE_RUNNER = Path(sys.prefix, "node-runner")  # of scripts/setup: as old as AWX's own
PASSED_ON = ("LANG", "LC_ALL")


class NotStartedError(Exception):
    """AWX does not let a job begin like this."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """`output` is what AWX shows of the job."""

    status: str
    output: str

    def __str__(self) -> str:
        return f"{self.status}\n{self.output}"


class _Unsafe(yaml.SafeDumper):
    """Text that Ansible is not to look for templates in."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def safe_dump(variables: Mapping[str, Any], safe: Mapping[str, Any]) -> str:
    """Only what a job template says itself may have templates in it, not what was answered."""
    return "".join(
        yaml.dump_all([{name: value}], Dumper=yaml.SafeDumper if safe.get(name) == value else _Unsafe)
        for name, value in variables.items()
    )


@dataclass
class Controller:
    """An AWX with one project, one inventory and its credentials; `templates` as awx.awx.job_template was asked."""

    folder: Path
    checkout: Path
    source_path: str
    templates: Mapping[str, Mapping[str, Any]]
    types: Mapping[str, Mapping[str, Any]]
    credentials: Mapping[str, tuple[str, Mapping[str, str]]] = field(repr=False)
    jobs: int = 0

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's own. Where a collection lies in an execution environment is here .venv."""
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            **kept,
            "HOME": str(home),
            "PATH": f"{BIN}:/usr/sbin:/usr/bin:/sbin:/bin",
            "ANSIBLE_COLLECTIONS_PATH": f"/runner/requirements_collections:{ROOT / '.venv' / 'collections'}",
        }

    def inventory(self) -> dict[str, Any]:
        """What an update of the inventory source brings in: variables as they are written, templates and all."""
        source = self.checkout / self.source_path
        command = [BIN / "ansible-inventory", "--list", "--export", "-i", source, "--playbook-dir", source.parent]
        done = subprocess.run(
            command, cwd=self.checkout, env=self.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        hosts = told["_meta"]["hostvars"]
        for number, name in enumerate(hosts, 1):
            hosts[name] |= {f"remote_{who}_id": number for who in ("host", "tower")}
            hosts[name] |= {f"remote_{who}_enabled": "true" for who in ("host", "tower")}
        return told

    def launch(self, name: str, answers: Mapping[str, Any] | None = None, **meta: Any) -> Ended:
        """Runs a job template to its end. `meta` is what AWX tells of the job besides, such as awx_workflow_job_id."""
        template = self.templates[name]
        answered = self._checked(template, answers or {}, from_workflow="awx_workflow_job_id" in meta)
        self.jobs += 1
        private = self.folder / f"awx_{self.jobs}"
        for part in ("inventory", "env"):
            (private / part).mkdir(parents=True)
        shutil.copytree(self.checkout, private / "project", symlinks=True)
        self._write_inventory(private)
        own = dict(template["extra_vars"])
        said = {**own, **surveys.defaults_of(template["survey_spec"]), **answered}
        told = {"awx_job_id": self.jobs, "awx_user_name": "alice", "awx_job_template_name": name, **meta}
        (private / "env" / "extravars").write_text(safe_dump({**said, **told}, own))
        arguments, environment = self._credentials(template, private)
        arguments += ["-u", "root", "-l", template["limit"]]
        return self._run(private, template["playbook"], arguments, environment)

    def _checked(self, template: Mapping[str, Any], answers: Mapping[str, Any], from_workflow: bool) -> dict[str, Any]:
        """A workflow hands on all of its own variables; anybody else only what the survey asks for."""
        spec = template["survey_spec"] if template["survey_enabled"] else {}
        errors = surveys.answer_errors(spec, answers)
        left = set(answers) - {item["variable"] for item in spec.get("spec", ())}
        if left and not from_workflow:
            errors.append(f"Variables {', '.join(sorted(left))} are not allowed on launch.")
        for name in template["credentials"]:
            type_name, inputs = self.credentials[name]
            if set(self.types[type_name]["inputs"]["required"]) - set(inputs):
                errors.append(f"{name} is not filled in")
        if errors:
            raise NotStartedError(errors)
        return dict(answers)

    def _write_inventory(self, private: Path) -> None:
        text = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(self.inventory())!r})\n"
        hosts = private / "inventory" / "hosts"
        hosts.write_text(text)
        hosts.chmod(0o700)

    def _credentials(self, template: Mapping[str, Any], private: Path) -> tuple[list[str], dict[str, str]]:
        arguments, environment = [], self.environment()
        for name in template["credentials"]:
            type_name, inputs = self.credentials[name]
            more, variables = credentials.inject(self.types[type_name], inputs, private)
            environment |= more
            if variables:
                path = private / "env" / "tmp_extra_vars"
                path.write_text(safe_dump(variables, {}))
                arguments += ["-e", f"@{path}"]
        return arguments, environment

    def _run(self, private: Path, playbook: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
        """env/envvars of ansible-runner only adds to its own environment; a container begins with an empty one."""
        script = (
            "import sys; sys.path.insert(0, sys.argv[4]); import ansible_runner; "
            "done = ansible_runner.run(private_data_dir=sys.argv[1], ident='1', playbook=sys.argv[2], "
            "inventory=sys.argv[1] + '/inventory/hosts', cmdline=sys.argv[3], quiet=True); "
            "sys.exit(done.rc)"
        )
        line = ansible_runner.utils.args2cmdline(*arguments)
        done = subprocess.run(
            [sys.executable, "-c", script, str(private), playbook, line, str(NODE_RUNNER)],
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        artifacts = private / "artifacts" / "1"
        output = (artifacts / "stdout").read_text() + done.stderr
        return Ended(status=(artifacts / "status").read_text().strip(), output=output)
