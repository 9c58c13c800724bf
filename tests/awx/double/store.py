"""The objects of AWX, and what it refuses to have among them."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import credentials, launching, project, surveys
from .kinds import KINDS, LINKS, REFERENCES

ROOT = "/api/v2"
REVISION = "5d1c0ffee0000000000000000000000000000000"


class RefusedError(Exception):
    """Answered with 400 and this."""

    def __init__(self, **errors: Any) -> None:
        super().__init__(errors)
        self.errors = errors


class Store:
    """`checkout` is what git has of the project, at `revision`. Updates are done as soon as they are asked for.

    `git_is_up` is whether it can be asked, and `copies` are the projects that the control node has a copy of.
    """

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.revision = REVISION
        self.git_is_up = True
        self.copies: set[int] = set()
        self.things: dict[str, dict[int, dict[str, Any]]] = {collection: {} for collection in KINDS}
        self.lists: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], dict[str, Any]] = {}
        self.updates: dict[tuple[str, int], dict[str, Any]] = {}
        self.playbooks: dict[int, set[str]] = {}
        self._last = 0

    def make(self, collection: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        kind = KINDS[collection]
        missing = [name for name in kind.needs if sent.get(name) in (None, "")]
        if missing:
            raise RefusedError(**{name: ["This field is required."] for name in missing})
        fields = copy.deepcopy(kind.fields)
        fields |= {name: value for name, value in copy.deepcopy(dict(sent)).items() if name in fields}
        if collection == "workflow_job_template_nodes" and not fields["identifier"]:
            fields["identifier"] = str(uuid.uuid4())
        self._check(collection, fields, None, sent)
        self._last = number = self._last + 1
        self.things[collection][number] = fields
        return self._updated(number) if collection == "projects" else self.show(collection, number)

    def change(self, collection: str, number: int, sent: Mapping[str, Any]) -> dict[str, Any]:
        kind, before = KINDS[collection], self.things[collection][number]
        fixed = {name for name in kind.fixed if name in sent and sent[name] != before[name]}
        if fixed and collection == "execution_environments":
            raise RefusedError(organization="Cannot change the organization of an execution environment")
        known = {name: value for name, value in sent.items() if name in kind.fields and name not in kind.fixed}
        after = {**before, **copy.deepcopy(known)}
        self._check(collection, after, number, known)
        self.things[collection][number] = after
        if collection == "projects" and any(before[name] != after[name] for name in project.TRIGGERS):
            return self._updated(number)
        return self.show(collection, number)

    def _updated(self, number: int) -> dict[str, Any]:
        """A project that was made or points elsewhere is being updated when the answer comes."""
        before = self.show("projects", number)
        return {**before, "summary_fields": {"current_update": {"id": self.update("projects", number)["id"]}}}

    def remove(self, collection: str, number: int) -> None:
        self.things[collection].pop(number)
        for links in self.lists.values():
            if collection == "workflow_job_template_nodes" and number in links:
                links.remove(number)

    def show(self, collection: str, number: int) -> dict[str, Any]:
        kind, address = KINDS[collection], f"{ROOT}/{collection}/{number}/"
        related = {name: f"{address}{name}/" for name in (*kind.lists, *kind.more)}
        fields = copy.deepcopy(self.things[collection][number])
        told = {"id": number, "type": kind.type, "url": address, "related": related, "summary_fields": {}, **fields}
        if collection == "credentials":
            told["inputs"] = credentials.shown(
                self.things["credential_types"][fields["credential_type"]], fields["inputs"]
            )
        if collection == "workflow_job_template_nodes":
            told |= {name: self.lists.get((collection, number, name), []) for name in LINKS}
            if fields["unified_job_template"]:
                template = fields["unified_job_template"]
                related["unified_job_template"] = f"{ROOT}/{self.home_of(template)}/{template}/"
        return told

    def home_of(self, number: int) -> str:
        return next(collection for collection, things in self.things.items() if number in things)

    def all(self, collection: str) -> Iterator[dict[str, Any]]:
        homes = [name for name, kind in KINDS.items() if kind.unified]
        for home in homes if collection == "unified_job_templates" else [collection]:
            yield from (self.show(home, number) for number in self.things[home])

    def update(self, collection: str, number: int) -> dict[str, Any]:
        """Brings a project, or an inventory, up to date with git."""
        thing = self.things[collection][number]
        good = self.git_is_up
        if collection == "projects":
            launching.synchronise(self, number)
        else:
            good = good and (self.checkout / thing["source_path"]).exists()
            thing["status"] = "successful" if good else "failed"
        self._last += 1
        made = {"projects": "project_updates", "inventory_sources": "inventory_updates"}[collection]
        told = {"id": self._last, "url": f"{ROOT}/{made}/{self._last}/", "failed": not good}
        told |= {"scm_revision": thing.get("scm_revision", ""), "finished": "2026-11-25T22:00:00Z", "elapsed": 1.0}
        told |= {"status": "successful" if good else "failed", "started": "2026-11-25T21:59:59Z"}
        self.updates[made, self._last] = {**told, "event_processing_finished": True}
        return told

    def launch(self, number: int) -> dict[str, Any]:
        """A job of a job template, as the API is asked for it."""
        reason = launching.reason_if_failed(self, self.things["job_templates"][number]["project"])
        if reason:
            raise RefusedError(playbook=[reason])
        return self.spawn(number)

    def spawn(self, number: int) -> dict[str, Any]:
        """A job of a job template, as a workflow begins it. Nothing is run but what AWX does before a playbook."""
        self._last += 1
        return {"id": self._last, "type": "job", **launching.prepared(self, number)}

    def approve_with(self, node: int, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Gives a node its approval. There is none without a name."""
        made = self.make("workflow_approval_templates", sent)
        self.things["workflow_job_template_nodes"][node]["unified_job_template"] = made["id"]
        return made

    def link(self, collection: str, number: int, name: str, other: int, away: bool) -> None:
        held = self.lists.setdefault((collection, number, name), [])
        if away:
            held.remove(other)
        elif other not in held:
            if name in LINKS:
                self._check_link(number, name, other)
            held.append(other)

    def _check_link(self, number: int, name: str, other: int) -> None:
        ways = [self.lists.get(("workflow_job_template_nodes", number, way), []) for way in LINKS if way != name]
        if any(other in way for way in ways):
            raise RefusedError(Error="Relationship not allowed.")
        if number == other or number in self._below(other):
            raise RefusedError(Error="Cycle detected.")

    def _below(self, node: int) -> set[int]:
        found: set[int] = set()
        left = [node]
        while left:
            one = left.pop()
            ways = [self.lists.get(("workflow_job_template_nodes", one, way), []) for way in LINKS]
            left += [child for way in ways for child in way if child not in found]
            found.add(one)
        return found - {node}

    def survey(self, collection: str, number: int, spec: Mapping[str, Any] | None) -> None:
        if spec is None:
            self.surveys.pop((collection, number), None)
            return
        error = surveys.survey_error(spec)
        if error:
            raise RefusedError(error=error)
        self.surveys[collection, number] = dict(spec)

    def _check(self, collection: str, fields: dict[str, Any], number: int | None, sent: Mapping[str, Any]) -> None:
        self._check_references(fields)
        self._check_unique(collection, fields, number)
        if collection == "inventories" and fields["kind"] is None:
            fields["kind"] = ""
        checks = {
            "credential_types": self._check_credential_type,
            "credentials": self._check_credential,
            "job_templates": self._check_job_template,
            "inventory_sources": self._check_source,
            "workflow_job_template_nodes": self._check_node,
        }
        if collection in checks:
            checks[collection](fields, number, sent)

    def _check_references(self, fields: Mapping[str, Any]) -> None:
        for name, home in REFERENCES.items():
            if fields.get(name) is not None and fields[name] not in self.things[home]:
                raise RefusedError(**{name: [f'Invalid pk "{fields[name]}" - object does not exist.']})

    def _check_unique(self, collection: str, fields: Mapping[str, Any], number: int | None) -> None:
        keys = (
            ("identifier", "workflow_job_template") if "identifier" in fields else ("name", "organization", "inventory")
        )
        if collection in ("workflow_approval_templates", "credentials"):
            return
        for other, thing in self.things[collection].items():
            if other != number and all(thing.get(key) == fields.get(key) for key in keys):
                raise RefusedError(__all__=[f"{collection} with this {' and '.join(keys)} already exists."])

    def _check_credential_type(self, fields: dict[str, Any], number: int | None, sent: Mapping[str, Any]) -> None:
        error = credentials.type_error(fields)
        if error:
            raise RefusedError(**error)
        used = any(thing["credential_type"] == number for thing in self.things["credentials"].values())
        if number and used and "inputs" in sent and sent["inputs"] != self.things["credential_types"][number]["inputs"]:
            raise RefusedError(detail="Modifications to inputs are not allowed for credential types that are in use")

    def _check_credential(self, fields: dict[str, Any], _number: int | None, _sent: Mapping[str, Any]) -> None:
        error = credentials.inputs_error(self.things["credential_types"][fields["credential_type"]], fields["inputs"])
        if error:
            raise RefusedError(**error)

    def _check_job_template(self, fields: dict[str, Any], _number: int | None, _sent: Mapping[str, Any]) -> None:
        fields["organization"] = self.things["projects"][fields["project"]]["organization"]
        if fields["playbook"] not in self.playbooks.get(fields["project"], ()):
            raise RefusedError(playbook=["Playbook not found for project."])
        if fields["inventory"] is None and not fields["ask_inventory_on_launch"]:
            raise RefusedError(inventory=["You must either set a default value or ask to prompt on launch."])

    def _check_source(self, fields: dict[str, Any], _number: int | None, _sent: Mapping[str, Any]) -> None:
        if fields["source"] == "scm" and fields["source_project"] is None:
            raise RefusedError(source_project="Project required for scm type sources.")

    def _check_node(self, fields: dict[str, Any], _number: int | None, sent: Mapping[str, Any]) -> None:
        """What a node asks of its template at its launch, the template must ask for."""
        template = fields["unified_job_template"]
        if not template or "extra_data" not in sent:
            return
        home = self.home_of(template)
        spec = self.surveys.get((home, template), {}) if self.things[home][template].get("survey_enabled") else {}
        errors = surveys.answer_errors(spec, fields["extra_data"], required=False)
        asked = {item["variable"] for item in spec.get("spec", ())}
        if not self.things[home][template].get("ask_variables_on_launch"):
            left = set(fields["extra_data"]) - asked
            errors += [f"Variables {', '.join(sorted(left))} are not allowed on launch."] if left else []
        if errors:
            raise RefusedError(extra_data=errors)
