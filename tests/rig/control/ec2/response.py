"""EC2's actions: the extension's in front of moto's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.ec2.exceptions import DryRunClientError
from moto.ec2.responses import EC2Response

from rig.control.ec2 import client_tokens
from rig.control.ec2.connection_actions import ConnectionActions
from rig.control.ec2.endpoint_actions import EndpointActions
from rig.control.ec2.endpoint_service_actions import EndpointServiceActions
from rig.control.ec2.launch_template_actions import LaunchTemplateActions
from rig.control.ec2.notification_actions import NotificationActions
from rig.control.ec2.prefix_list_actions import PrefixListActions


class Response(
    EndpointServiceActions,
    EndpointActions,
    ConnectionActions,
    NotificationActions,
    PrefixListActions,
    LaunchTemplateActions,
    EC2Response,
):
    def call_action(self) -> Any:
        """Honour DryRun and ClientToken for every action alike, moto's own included."""
        name = camelcase_to_underscores(self._get_action())
        action = getattr(self, name, None)
        if action:
            setattr(self, name, lambda: self._act(name, action))
        return super().call_action()

    def _act(self, name: str, action: Callable[[], Any]) -> Any:
        if self.params.get("DryRun"):
            raise DryRunClientError
        token = self.params.get("ClientToken")
        if not token:
            return action()
        return client_tokens.once((self.current_account, self.region, name, token), self.params, action)
