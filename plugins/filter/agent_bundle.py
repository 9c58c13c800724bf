# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter agent_bundle."""

from __future__ import annotations

import base64
from pathlib import Path

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.archive import archive
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.settings import KINDS

DOCUMENTATION = r"""
name: agent_bundle
author: The twoway.privatelink authors (@twoway)
version_added: 0.1.0
short_description: The agent of a proxy as one file
description:
  - Packs the agent of the service proxy or of the reverse proxy, and its systemd unit, into a tar.
  - The same collection gives the same bytes on every controller.
options:
  _input:
    description: Which proxy's agent, V(service) or V(reverse).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Hand the agent to the service proxies
  twoway.privatelink.agent_bundle:
    name: tokyo-door-111111111111-ap-northeast-1-an
    account_id: "111111111111"
    content: "{{ 'service' | twoway.privatelink.agent_bundle }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
_value:
  description: The tar, in base64.
  type: str
"""

_SOURCES = Path(__file__).resolve().parents[2] / "roles" / "service_proxy" / "files"
_PACKAGE = "twoway_proxy"
_UNIT = "twoway-proxy.service"


def agent_bundle(proxy):
    if proxy not in KINDS:
        raise AnsibleFilterError(f"agent_bundle: {proxy!r} is not one of {', '.join(KINDS)}")
    return base64.b64encode(archive(agent_files(proxy))).decode()


def agent_files(proxy):
    """Path to content: the agent's files less those of the other proxies, and its unit."""
    others = {_SOURCES / _PACKAGE / kind for kind in KINDS if kind != proxy}
    found = (
        path
        for path in (_SOURCES / _PACKAGE).rglob("*")
        if path.is_file() and not others.intersection(path.parents) and "__pycache__" not in path.parts
    )
    return {path.relative_to(_SOURCES).as_posix(): path.read_bytes() for path in (*found, _SOURCES / _UNIT)}


class FilterModule:
    def filters(self):
        return {"agent_bundle": agent_bundle}
