# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter proxy_user_data."""

from __future__ import annotations

from pathlib import Path

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.script import user_data
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.settings import (
    SettingsError,
    check_agent,
    check_settings,
)

DOCUMENTATION = r"""
name: proxy_user_data
author: The twoway.privatelink authors (@twoway)
version_added: 0.1.0
short_description: User data of the service proxy and the reverse proxy
description:
  - Renders the user data of a proxy's instances, a bash script of a few KB that says which agent to fetch.
  - The script writes the settings, installs the runtime (a Python virtual environment with Envoy, boto3 and aiohttp)
    when the image has none in C(/opt/twoway/runtime), fetches the agent from its bucket with the instance's role,
    refuses it unless its hash is the one that is told here, and starts it as a systemd unit.
  - The same settings give the same bytes, so a launch template does not change from run to run.
  - The result is plain text, not encoded in base64.
positional: _input, proxy, agent
options:
  _input:
    description:
      - The settings. V(link) and V(region) are required, and V(vpc_cidr) for the reverse proxy.
      - V(vpc_cidr) is a CIDR or a list of them, the addresses of the own VPC, which the way out refuses.
      - V(poll_seconds) is the time between two reads of the Parameter Store, 3 unless told.
      - V(check_seconds) is the time between two checks of a service's health, 10 unless told.
      - V(metrics_seconds) is the time between two calls to CloudWatch, 60 unless told.
      - V(unhealthy_seconds) is how long the health check fails before a proxy that ends stops serving, 10 unless told.
      - V(drain_seconds) is how long open connections may then finish, 30 unless told.
      - V(auto_scaling_group) is the name of the group that the instance is in, as M(twoway.privatelink.instance_fleet)
        makes it with a O(twoway.privatelink.instance_fleet#module:drain_timeout). The instance completes that group's
        lifecycle action once its connections have finished.
    type: dict
    required: true
  proxy:
    description: Which proxy.
    type: str
    choices: [service, reverse]
    required: true
  agent:
    description: Where the agent is, as RV(twoway.privatelink.agent_bundle#module:agent) tells it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Make the launch template of the service proxies
  amazon.aws.ec2_launch_template:
    name: tokyo-service-proxy
    user_data: "{{ settings | twoway.privatelink.proxy_user_data('service', bundle.agent) | b64encode }}"
  vars:
    settings:
      link: tokyo
      region: ap-northeast-1
"""

RETURN = r"""
_value:
  description: The user data.
  type: str
"""

_SOURCES = Path(__file__).resolve().parents[2] / "roles" / "service_proxy" / "files"


def proxy_user_data(settings, proxy, agent):
    fetch, boot = ((_SOURCES / name).read_text(encoding="utf-8") for name in ("fetch_agent.py", "boot.sh"))
    try:
        return user_data(check_settings(settings, proxy), check_agent(agent), fetch=fetch, boot=boot)
    except SettingsError as problem:
        raise AnsibleFilterError(f"proxy_user_data: {problem}") from problem


class FilterModule:
    def filters(self):
        return {"proxy_user_data": proxy_user_data}
