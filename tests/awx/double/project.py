"""What AWX finds in a project. After awx/main/utils/ansible.py and awx/main/models/projects.py."""

from __future__ import annotations

import os
import re
from pathlib import Path

PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$"
)
COMMIT = re.compile(r"[0-9a-f]{40}")
TRIGGERS = ("scm_url", "scm_branch", "scm_type", "scm_refspec")  # a change of these updates a project
NOT_LOOKED_INTO = {"roles", "tasks", "group_vars", "host_vars"}


def playbooks(root: Path) -> set[str]:
    found = set()
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_LOOKED_INTO and not name.startswith(".")]
        paths = (Path(folder, name) for name in files if name.endswith((".yml", ".yaml")))
        found |= {str(path.relative_to(root)) for path in paths if _is_playbook(path)}
    return found


def _is_playbook(path: Path) -> bool:
    lines = path.read_text(errors="ignore").splitlines()
    return any(PLAYBOOK.match(line) for line in lines)
