"""Targets: what is registered in a target group, at which port, and how it fares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rig.world import TargetStatus

Key = tuple[str, int]

UNREGISTERED = TargetStatus(
    state="unused", reason="Target.NotRegistered", description="Target is not registered to the target group"
)
UNUSED = TargetStatus(
    state="unused",
    reason="Target.NotInUse",
    description="Target group is not configured to receive traffic from the load balancer",
)
WRONG_ZONE = TargetStatus(
    state="unused",
    reason="Target.NotInUse",
    description="Target is in an Availability Zone that is not enabled for the load balancer",
)
NOT_RUNNING = TargetStatus(state="unused", reason="Target.InvalidState", description="Target is in the stopped state")
REGISTERING = TargetStatus(
    state="initial", reason="Elb.RegistrationInProgress", description="Target registration is in progress"
)
DRAINING = TargetStatus(
    state="draining",
    reason="Target.DeregistrationInProgress",
    description="Target deregistration is in progress",
)


@dataclass(kw_only=True)
class Registration:
    """One target at one port: the same address may be registered once for each port.

    `measured` is what the data plane last saw, None before it saw anything.
    """

    id: str
    port: int
    zone: str | None = None
    draining: bool = False
    measured: TargetStatus | None = None

    @property
    def key(self) -> Key:
        return self.id, self.port


class Health:
    """One line of DescribeTargetHealth."""

    def __init__(self, registration: Registration, status: TargetStatus, check_port: str) -> None:
        self.target = {"Id": registration.id, "Port": registration.port, "AvailabilityZone": registration.zone}
        # An alb target listens where its group says, and is not asked anywhere else.
        self.health_check_port = str(registration.port) if check_port == "traffic-port" else str(check_port)
        self.target_health: dict[str, Any] = {"State": status.state}
        if status.reason:
            self.target_health |= {"Reason": status.reason, "Description": status.description}
