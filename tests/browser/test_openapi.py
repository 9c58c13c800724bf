"""The catalogue's description is an OpenAPI document."""

from __future__ import annotations

import json

from openapi_spec_validator import validate
from unit.proxies.agent_process import SOURCES

DESCRIPTION = SOURCES / "twoway_proxy" / "service" / "page" / "openapi.json"


def test_it_is_valid() -> None:
    validate(json.loads(DESCRIPTION.read_text()))
