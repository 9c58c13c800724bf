"""What there is in AWX: the kinds of objects that awx.awx's modules make, with the fields that AWX shows of them.

After awx/api/serializers.py. What is not a field of a kind is ignored when it is sent, and not there when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

VARIABLES = ("limit", "scm_branch", "job_tags", "skip_tags")
ASK = ("variables", "limit", "tags", "skip_tags", "inventory", "scm_branch", "labels")
ASK_OF_JOBS = (*ASK, "diff_mode", "job_type", "verbosity", "credential", "execution_environment", "forks", "timeout")
LINKS = ("success_nodes", "failure_nodes", "always_nodes")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`fields` with AWX's defaults. `refers` are fields that hold the id of another object; `fixed` cannot be changed.

    `lists` are the sub-lists that things are added to; `more` is what AWX does besides, each a related address.
    """

    type: str
    fields: dict[str, Any]
    needs: tuple[str, ...] = ("name",)
    fixed: tuple[str, ...] = ()
    lists: dict[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    unified: bool = False


def _named(**fields: Any) -> dict[str, Any]:
    return {"name": "", "description": "", **fields}


KINDS = {
    "organizations": Kind(
        type="organization",
        fields=_named(max_hosts=0, custom_virtualenv=None, default_environment=None),
        lists={"galaxy_credentials": "credentials"},
    ),
    "credential_types": Kind(
        type="credential_type",
        fields=_named(kind="", namespace=None, managed=False, inputs={}, injectors={}),
        needs=("name", "kind"),
        fixed=("managed",),
    ),
    "credentials": Kind(
        type="credential",
        fields=_named(organization=None, credential_type=None, managed=False, inputs={}),
        needs=("name", "credential_type"),
    ),
    "execution_environments": Kind(
        type="execution_environment",
        fields=_named(organization=None, image="", managed=False, credential=None, pull=""),
        needs=("name", "image"),
        fixed=("organization",),
    ),
    "projects": Kind(
        type="project",
        fields=_named(
            organization=None,
            scm_type="",
            scm_url="",
            scm_branch="",
            scm_refspec="",
            scm_clean=False,
            scm_track_submodules=False,
            scm_delete_on_update=False,
            scm_update_on_launch=False,
            scm_update_cache_timeout=0,
            scm_revision="",
            status="never updated",
            allow_override=False,
            credential=None,
            default_environment=None,
            timeout=0,
        ),
        fixed=("scm_revision", "status"),
        more=("update",),
        unified=True,
    ),
    "inventories": Kind(
        type="inventory",
        fields=_named(
            organization=None, kind="", host_filter=None, variables="", prevent_instance_group_fallback=False
        ),
        needs=("name", "organization"),
        fixed=("kind",),
    ),
    "inventory_sources": Kind(
        type="inventory_source",
        fields=_named(
            inventory=None,
            source="",
            source_path="",
            source_vars="",
            source_project=None,
            scm_branch="",
            credential=None,
            execution_environment=None,
            enabled_var="",
            enabled_value="",
            host_filter="",
            limit="",
            overwrite=False,
            overwrite_vars=False,
            timeout=0,
            verbosity=1,
            update_on_launch=False,
            update_cache_timeout=0,
            status="never updated",
        ),
        needs=("name", "inventory"),
        fixed=("inventory", "status"),
        more=("update",),
        unified=True,
    ),
    "job_templates": Kind(
        type="job_template",
        fields=_named(
            organization=None,
            job_type="run",
            inventory=None,
            project=None,
            playbook="",
            forks=0,
            verbosity=0,
            extra_vars="",
            force_handlers=False,
            start_at_task="",
            timeout=0,
            use_fact_cache=False,
            execution_environment=None,
            survey_enabled=False,
            become_enabled=False,
            diff_mode=False,
            allow_simultaneous=False,
            job_slice_count=1,
            webhook_service="",
            **dict.fromkeys(VARIABLES, ""),
            **{f"ask_{what}_on_launch": False for what in ASK_OF_JOBS},
        ),
        needs=("name", "project", "playbook"),
        fixed=("organization",),  # the project's
        lists={"credentials": "credentials"},
        more=("survey_spec", "launch"),
        unified=True,
    ),
    "workflow_job_templates": Kind(
        type="workflow_job_template",
        fields=_named(
            organization=None,
            extra_vars="",
            inventory=None,
            survey_enabled=False,
            allow_simultaneous=False,
            webhook_service="",
            **dict.fromkeys(VARIABLES, None),
            **{f"ask_{what}_on_launch": False for what in ASK},
        ),
        more=("survey_spec",),
        unified=True,
    ),
    "workflow_job_template_nodes": Kind(
        type="workflow_job_template_node",
        fields={
            "identifier": "",
            "workflow_job_template": None,
            "unified_job_template": None,
            "extra_data": {},
            "inventory": None,
            "execution_environment": None,
            "job_type": None,
            "diff_mode": None,
            "verbosity": None,
            "all_parents_must_converge": False,
            **dict.fromkeys(VARIABLES, None),
        },
        needs=("workflow_job_template",),
        fixed=("workflow_job_template",),
        lists={**dict.fromkeys(LINKS, "workflow_job_template_nodes"), "credentials": "credentials"},
        more=("create_approval_template",),
    ),
    "workflow_approval_templates": Kind(
        type="workflow_approval_template", fields=_named(timeout=0, execution_environment=None), unified=True
    ),
}
REFERENCES = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "inventory": "inventories",
    "project": "projects",
    "source_project": "projects",
    "default_environment": "execution_environments",
    "execution_environment": "execution_environments",
    "credential": "credentials",
    "workflow_job_template": "workflow_job_templates",
}
