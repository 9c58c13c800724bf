"""What playbooks/awx.yml asks of awx.awx is what its modules take, and what AWX takes from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from awx import asked
from awx.double import credentials, project, surveys
from e2e.sandbox import ROOT
from jinja2 import Environment, TemplateSyntaxError, meta

ASKING = ("job_template", "workflow_job_template")


def test_every_task_asks_what_the_module_takes(asks):
    assert not [one for one in asks if one["errors"]]
    made = {one["module"] for one in asks}
    assert made >= {"credential_type", "project", "inventory", "inventory_source", "execution_environment", *ASKING}


def test_nodes_are_as_the_module_documents_them(asks):
    """Its argument_spec says no more of them than that they are dicts."""
    source = asked.REAL / "awx" / "awx" / "plugins" / "modules" / "workflow_job_template.py"
    text = re.search(r"DOCUMENTATION = '''(.*?)'''", source.read_text(), re.DOTALL).group(1)
    spec = {"workflow_nodes": _spec(yaml.safe_load(text)["options"]["workflow_nodes"])}
    given = [args for args in asked.calls(asks, "workflow_job_template") if "workflow_nodes" in args]
    assert given
    for args in given:
        nodes = {"workflow_nodes": args["workflow_nodes"]}
        assert not ArgumentSpecValidator(spec).validate(nodes).error_messages


def _spec(option: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: option[key] for key in ("type", "elements", "required", "choices") if key in option}
    if "suboptions" in option:
        kept["options"] = {name: _spec(suboption) for name, suboption in option["suboptions"].items()}
    return kept


def test_credential_types_are_what_awx_takes(asks):
    for args in asked.calls(asks, "credential_type"):
        fields = {name: args[name] for name in ("kind", "inputs", "injectors")}
        as_sent = yaml.safe_dump(fields)
        assert credentials.type_error(fields) is None
        assert yaml.safe_dump(fields) == as_sent, "AWX would keep it otherwise, and each run would change it back"
        ids = [field["id"] for field in args["inputs"]["fields"]]
        assert set(args["inputs"]["required"]) <= set(ids)


def test_what_is_secret_is_marked_so(asks):
    fields = [field for args in asked.calls(asks, "credential_type") for field in args["inputs"]["fields"]]
    secret = {field["id"] for field in fields if re.search("secret_key|session_token|private_key", field["id"])}
    assert secret == {field["id"] for field in fields if field.get("secret")}
    assert len(secret) == 5


def test_jobs_run_a_commit_that_git_has_just_given(asks):
    """By no branch, which somebody who updates the project by hand would move, and by no update of its own."""
    projects = {args["name"]: args for args in asked.calls(asks, "project")}
    (project_of_jobs,) = {args["project"] for args in asked.calls(asks, "job_template")}
    first, second = projects.values()
    assert second["name"] == project_of_jobs
    assert (first["scm_branch"], second["scm_branch"]) == ("main", "5d1c0ffee0000000000000000000000000000000")
    assert first["update_project"] and not second.get("update_project") and not second["scm_update_on_launch"]
    assert first["scm_url"] == second["scm_url"]
    assert not list(asked.calls(asks, "project_update"))


def test_playbooks_are_those_that_awx_finds(asks):
    found = project.playbooks(ROOT / "playbooks")
    for args in asked.calls(asks, "job_template"):
        assert args["playbook"].removeprefix("playbooks/") in found


def test_job_templates_and_workflows_stand_on_what_was_made_before(asks):
    made: set[tuple[str, str]] = set()
    for one in asks:
        args = one["args"]
        for node in args.get("workflow_nodes", ()):
            template = node["unified_job_template"]
            assert not template["name"] or (template["type"], template["name"]) in made
        for kind in ("project", "inventory"):
            assert kind not in args or (kind, args[kind]) in made
        for name in args.get("credentials", ()):
            assert ("credential", name) in made
        made.add((one["module"], args.get("name", "")))


def _surveys(asks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    calls = [args for module in ASKING for args in asked.calls(asks, module)]
    return [(args, args["survey_spec"]) for args in calls if args.get("survey_spec")]


def test_surveys_are_what_awx_takes(asks):
    assert len(_surveys(asks)) == 9
    for args, spec in _surveys(asks):
        assert surveys.survey_error(spec) is None
        assert args["survey_enabled"] is True
        assert all(re.fullmatch(r"[a-z_]+", item["variable"]) for item in spec["spec"])


def test_surveys_offer_the_services_of_the_inventory(asks):
    host_vars = ROOT / "inventories" / "sandbox" / "host_vars" / "tokyo_isolated" / "services.yml"
    names = [entry["name"] for entry in yaml.safe_load(host_vars.read_text())["services"]]
    offered = [item["choices"] for _args, spec in _surveys(asks) for item in spec["spec"] if "Service" in item.values()]
    assert len(offered) == 7
    assert all(choices == names for choices in offered)


def test_every_variable_that_is_set_is_read_by_its_playbook(asks):
    for args in asked.calls(asks, "job_template"):
        asked_for = {item["variable"] for item in args["survey_spec"].get("spec", ())}
        assert {*asked_for, *args["extra_vars"]} <= _variables_of(args["playbook"]), args["name"]


def _variables_of(playbook: str) -> set[str]:
    """Those that its text mentions in templates, and in conditions, which are templates without braces."""
    text = (ROOT / playbook).read_text()
    found: set[str] = set()
    for value in _strings(yaml.safe_load(text)):
        for candidate in (value, f"{{{{ {value} }}}}"):
            try:
                found |= meta.find_undeclared_variables(ENVIRONMENT.parse(candidate))
            except TemplateSyntaxError:
                continue
    return found


class _Any(dict):
    """Every filter and test there may be: only names are looked for."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> Any:
        return lambda *_args: None

    get = __getitem__


ENVIRONMENT = Environment(autoescape=False)
ENVIRONMENT.filters, ENVIRONMENT.tests = _Any(), _Any()


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]


@pytest.mark.parametrize("action", ["status", "start", "analyse", "step", "promote", "rollback"])
def test_a_workflow_hands_its_answers_to_jobs_that_take_them(asks, action):
    """An answer that a job's own survey refuses would keep the job from starting."""
    templates = {args["name"]: args for args in asked.calls(asks, "job_template")}
    (workflow,) = (args for args in asked.calls(asks, "workflow_job_template") if args.get("survey_spec"))
    answers = {"canary_service": "orders", "canary_version": "1.5.0", "canary_reason": "so"}
    assert set(answers) == {item["variable"] for item in workflow["survey_spec"]["spec"]}
    assert not surveys.answer_errors(workflow["survey_spec"], answers)
    template = templates[f"tokyo canary {action}"]
    assert not surveys.answer_errors(template["survey_spec"], answers)
    assert template["extra_vars"]["canary_action"] == action
    assert not set(answers) & set(template["extra_vars"])
