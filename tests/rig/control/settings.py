"""What a sandbox cloud consists of before anybody calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Seconds between a state that AWS reports as pending and the one that follows. AWS needs one to
# three minutes for most of these; the sandbox keeps the order of the states, not their length.
DEFAULT_DELAYS: Mapping[str, float] = {
    "endpoint": 1.0,
    "endpoint_deletion": 1.0,
    "endpoint_interfaces": 0.5,  # how long the interfaces of an endpoint outlive it
    "deleted_endpoint": 1.0,  # how long a deleted endpoint is still shown
    "endpoint_service": 0.0,
    "endpoint_service_deletion": 0.0,
    "load_balancer": 1.0,
    "load_balancer_deletion": 0.5,
    "nat_gateway": 1.0,
    "nat_gateway_deletion": 1.0,
    "private_dns_verification": 0.5,
    "task_start": 0.2,
    "instance_start": 0.2,
    "instance_stop": 0.5,
    "draining": 2.0,  # at most: deregistration_delay.timeout_seconds counts where it is less
    "task_retry": 1.0,  # the pause after a first failure; it doubles with each
    "refresh_patience": 60.0,  # how long new instances of an instance refresh may fail to become healthy
    "warmup": 1.0,  # at most: an instance refresh's InstanceWarmup counts where it is less
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """An AWS account and the long-lived key of its operator (20 characters, as moto's parser expects)."""

    name: str
    id: str
    access_key: str
    secret_key: str

    @classmethod
    def numbered(cls, name: str, account_id: str) -> Account:
        return cls(name=name, id=account_id, access_key=f"AKIA{account_id}RIG1", secret_key=f"secret-of-{account_id}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`delays` overrides DEFAULT_DELAYS by kind; `delay_scale` stretches them all (0: everything at once).

    `throttling` applies the limits AWS documents for API calls; `latency` is what each call takes longer, in seconds.
    Both can be changed while the cloud is up.
    """

    accounts: tuple[Account, ...] = (
        Account.numbered("public", "111111111111"),
        Account.numbered("isolated", "222222222222"),
    )
    region: str = "ap-northeast-1"
    delays: Mapping[str, float] = field(default_factory=dict)
    delay_scale: float = 1.0
    throttling: bool = False
    latency: float = 0.0
    state_dir: Path | None = None

    def delay(self, kind: str) -> float:
        return self.delays.get(kind, DEFAULT_DELAYS[kind]) * self.delay_scale

    def account(self, name: str) -> Account:
        return next(account for account in self.accounts if name in (account.name, account.id))

    @property
    def api_log_path(self) -> Path | None:
        return self.state_dir / "api.jsonl" if self.state_dir else None
