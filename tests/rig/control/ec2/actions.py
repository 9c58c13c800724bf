"""What all actions of the extension share: the parsed request and the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from rig.control import iam
from rig.control.ec2 import backends
from rig.control.ec2.errors import refuse
from rig.control.ec2.principals import Caller

if TYPE_CHECKING:
    from rig.control.ec2.backend import Backend


class Actions(EC2BaseResponse):
    @property
    def home(self) -> Backend:
        """The caller's own EC2."""
        return backends.of(self.current_account, self.region)

    @property
    def caller(self) -> Caller:
        return Caller(
            account_id=self.current_account, arn=iam.arn_of(self.current_account, self.partition, self.access_key)
        )

    @property
    def request(self) -> Mapping[str, Any]:
        return self.params

    def required(self, name: str) -> Any:
        value = self.request.get(name)
        if value in (None, "", []):
            refuse("MissingParameter", f"The request must contain the parameter {name}")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        value = self.request.get(name)
        return default if value is None else str(value).lower() == "true"

    def listed(self, name: str) -> list[Any]:
        return list(self.request.get(name) or ())


class Rendered(ActionResult):
    """A result drawn up when it is sent, so that a repeated client token shows the resource as it is by then."""

    def __init__(self, render: Callable[[], object]) -> None:
        super().__init__(None)
        self._render = render

    @property
    def result(self) -> object:
        return self._render()
