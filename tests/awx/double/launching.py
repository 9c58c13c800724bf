"""What AWX asks of a job's project before it runs a playbook.

After awx/main/models/projects.py (get_reason_if_failed), awx/main/scheduler/task_manager.py (should_update_again) and
awx/main/tasks/jobs.py (sync_and_copy, get_sync_needs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import project

if TYPE_CHECKING:
    from .store import Store

NO_REVISION = "Missing a revision to run due to failed project update."
SYNC_FAILED = 'Previous Task Failed: {"job_type": "project_update"}'


def synchronise(store: Store, number: int) -> None:
    """One that fails leaves the revision and the copy as they were."""
    found = store.things["projects"][number]
    found["status"] = "successful" if store.git_is_up else "failed"
    if store.git_is_up:
        is_commit = project.COMMIT.fullmatch(found["scm_branch"])
        found["scm_revision"] = found["scm_branch"] if is_commit else store.revision
        store.playbooks[number] = project.playbooks(store.checkout)
        store.copies.add(number)


def reason_if_failed(store: Store, number: int) -> str | None:
    """Asked at a launch by the API, and again by each job before it begins."""
    found = store.things["projects"][number]
    if found["status"] not in ("error", "failed") or found["scm_update_on_launch"]:
        return None
    return NO_REVISION


def prepared(store: Store, template: int) -> dict[str, str]:
    """How a job stands when its playbook is to run: its status, and why if it does not run."""
    number = store.things["job_templates"][template]["project"]
    found = store.things["projects"][number]
    if found["scm_update_on_launch"] and _is_due(found):
        synchronise(store, number)
        if found["status"] != "successful":
            return {"status": "failed", "job_explanation": SYNC_FAILED}
    reason = reason_if_failed(store, number)
    if reason:
        return {"status": "error", "job_explanation": reason}
    if number not in store.copies and not store.git_is_up:
        return {"status": "error", "job_explanation": SYNC_FAILED}
    store.copies.add(number)
    return {"status": "running", "job_explanation": ""}


def _is_due(found: dict) -> bool:
    """An update that failed is tried again however long the cache may be; any other came just now."""
    return found["status"] != "successful" or found["scm_update_cache_timeout"] == 0
