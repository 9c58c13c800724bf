"""Who may make an endpoint to a service.

https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rig.control.ec2 import ids
from rig.control.ec2.errors import refuse

_ARN = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(?P<kind>root|user/|role/)(?P<name>.*)")
_TYPES = {"root": "Account", "user/": "User", "role/": "Role"}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The identity behind a call: an IAM user's ARN, or a role's."""

    account_id: str
    arn: str


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One allowed principal of one endpoint service."""

    id: str
    principal: str

    @classmethod
    def to(cls, principal: str) -> Permission:
        """Raises InvalidPrincipal for what is neither `*` nor the ARN of an account, a user or a role."""
        if principal != "*" and not _ARN.fullmatch(principal):
            refuse("InvalidPrincipal", f"Invalid Principal: '{principal}'")
        return cls(id=ids.new("vpce-svc-perm"), principal=principal)

    @property
    def type(self) -> str:
        match = _ARN.fullmatch(self.principal)
        return _TYPES[match["kind"]] if match else "All"

    def admits(self, caller: Caller) -> bool:
        match = _ARN.fullmatch(self.principal)
        if not match:
            return True
        if match["kind"] == "root":
            return match["account"] == caller.account_id
        return self.principal == caller.arn
