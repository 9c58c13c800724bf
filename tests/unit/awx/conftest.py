from __future__ import annotations

from typing import Any

import pytest
from awx import asked


@pytest.fixture(scope="session")
def asks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What playbooks/awx.yml asks of the modules of awx.awx, for the sandbox's inventory."""
    return asked.of_playbook(tmp_path_factory.mktemp("awx"))
