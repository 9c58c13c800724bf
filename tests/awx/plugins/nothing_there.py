"""A lookup that stands for awx.awx.controller_api where there is nothing yet but what was made and updated just now."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase

REVISION = "5d1c0ffee0000000000000000000000000000000"
THERE = {"inventory_sources": {"status": "successful"}, "projects": {"status": "successful", "scm_revision": REVISION}}


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        return [THERE[term] for term in terms if term in THERE]
