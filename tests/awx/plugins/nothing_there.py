"""A lookup that stands for awx.awx.controller_api where there is nothing yet but what was made just now."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        return [{"status": "successful"}] if terms == ["inventory_sources"] else []
