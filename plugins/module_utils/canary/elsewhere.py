# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The way to another account than the task's own. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import connector
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError


class Elsewhere:
    """What a connector needs of a module, with other connection options than the task's."""

    client = AnsibleAWSModule.client

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params

    def fail_json(self, msg: str, **_more: Any) -> None:
        raise PrivateLinkError(where="door", found=msg, remedy="see to the connection of the public side")


def door_of(params: Mapping[str, Any]) -> Callable[[], Any] | None:
    """How to reach Parameter Store where the door is; None where nobody has said so."""
    if not params["door"]:
        return None
    connect = connector(Elsewhere(params["door"]))
    return lambda: connect("ssm")
