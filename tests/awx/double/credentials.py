"""What AWX takes as a credential type, and what a credential of it puts into a job. After awx/main/fields.py and
awx/main/models/credential/__init__.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
FILE = re.compile(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?")
FIELD = {"type", "format", "choices", "id", "label", "help_text", "multiline", "secret", "ask_at_runtime", "default"}
SENT = "EXAMPLE"
# awx/main/constants.py
BLOCKED = {"VIRTUAL_ENV", "PATH", "PYTHONPATH", "JOB_ID", "INVENTORY_ID", "INVENTORY_SOURCE_ID", "INVENTORY_UPDATE_ID"}


def type_error(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    if fields["kind"] not in ("cloud", "net"):
        return {"kind": [f"Must be 'cloud' or 'net', not {fields['kind']}"]}
    inputs = fields["inputs"]
    if set(inputs) - {"fields", "required"}:
        return {"inputs": ["Additional properties are not allowed"]}
    for field in inputs.get("fields", []):
        if set(field) - FIELD or not {"id", "label"} <= set(field) or not NAME.fullmatch(field["id"]):
            return {"inputs": [f"{field} is no field"]}
        field.setdefault("type", "string")
    ids = [field["id"] for field in inputs.get("fields", [])]
    if len(set(ids)) != len(ids) or "tower" in ids:
        return {"inputs": ["field IDs must be unique"]}
    return _injector_error(fields["injectors"], ids)


def _injector_error(injectors: Mapping[str, Any], ids: list[str]) -> dict[str, Any] | None:
    if set(injectors) - {"file", "env", "extra_vars"}:
        return {"injectors": ["Additional properties are not allowed"]}
    allowed = {"file": FILE, "env": NAME, "extra_vars": NAME}
    tower = SimpleNamespace(
        filename="EXAMPLE_FILENAME" if "template" in injectors.get("file", {}) else StrictUndefined()
    )
    namespace = {**dict.fromkeys(ids, SENT), "tower": tower}
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for kind, entries in injectors.items():
        for name, template in entries.items():
            if not allowed[kind].fullmatch(name) or (
                kind == "env" and (name.startswith("ANSIBLE_") or name in BLOCKED)
            ):
                return {"injectors": [f"{name} is not allowed in {kind}"]}
            try:
                environment.from_string(template).render(namespace)
            except UndefinedError as error:
                return {"injectors": [f"{name} uses an undefined field ({error})"]}
    return None


def inputs_error(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is required may be lacking: a job that needs it does not start then."""
    unknown = set(inputs) - {field["id"] for field in credential_type["inputs"].get("fields", [])}
    return {"inputs": [f"Additional properties are not allowed ({', '.join(sorted(unknown))})"]} if unknown else None


def shown(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    secret = {field["id"] for field in credential_type["inputs"].get("fields", []) if field.get("secret")}
    return {name: "$encrypted$" if name in secret and value else value for name, value in inputs.items()}


def inject(
    credential_type: Mapping[str, Any], inputs: Mapping[str, str], private_data_dir: Path
) -> tuple[dict[str, str], dict[str, Any]]:
    """(environment, extra variables) of a job with a credential. Writes the file that they name."""
    tower = SimpleNamespace()
    namespace = {"tower": tower, **{name: value for name, value in inputs.items() if value}}
    environment = ImmutableSandboxedEnvironment()  # not strict: what was left empty is nothing

    def render(template: str) -> str:
        return environment.from_string(template).render(**namespace)

    injectors = credential_type["injectors"]
    if "file" in injectors:
        path = private_data_dir / "env" / "tmp_credential"
        path.write_text(render(injectors["file"]["template"]))
        path.chmod(0o600)
        tower.filename = str(path)
    return tuple(
        {name: render(template) for name, template in injectors.get(kind, {}).items()} for kind in ("env", "extra_vars")
    )
