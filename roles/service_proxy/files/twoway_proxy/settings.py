"""What the user data tells the proxy: /etc/twoway/proxy.json."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .memory import Limits, available


@dataclass(frozen=True, kw_only=True)
class Settings:
    proxy: str  # "service" or "reverse": the name of the subpackage
    link: str
    region: str
    vpc_cidr: tuple[str, ...] = ()
    poll_seconds: float = 3.0
    check_seconds: float = 10.0
    metrics_seconds: float = 60.0
    unhealthy_seconds: float = 10.0
    drain_seconds: float = 30.0
    auto_scaling_group: str = ""  # whose hook waits for this instance to drain
    memory_bytes: int | None = None  # what the proxy may take in all; what there is, unless given
    most_connections: int | None = None  # of one egress profile; what the memory holds, unless given
    state_dir: Path = Path("/var/lib/twoway")
    run_dir: Path = Path("/run/twoway")
    log_dir: Path = Path("/var/log/twoway")

    @classmethod
    def read(cls, path: Path) -> "Settings":
        given = json.loads(path.read_text())
        given["vpc_cidr"] = tuple(given.get("vpc_cidr", ()))
        for name in ("state_dir", "run_dir", "log_dir"):
            if name in given:
                given[name] = Path(given[name])
        return cls(**given)

    @cached_property
    def limits(self) -> Limits:
        return Limits.of(self.memory_bytes or available(), self.most_connections)

    @property
    def root(self) -> str:
        """The path of everything this link keeps in SSM."""
        return f"/twoway/{self.link}"

    @property
    def envoy(self) -> Path:
        return Path(sys.executable).with_name("envoy")

    @property
    def admin_socket(self) -> Path:
        return self.run_dir / "admin.sock"

    @property
    def agent_socket(self) -> Path:
        return self.run_dir / "agent.sock"

    @property
    def checks_socket(self) -> Path:
        return self.run_dir / "checks.sock"

    def make_directories(self) -> None:
        """On EC2 systemd made them, owned by the unit's dynamic user."""
        for directory in (self.state_dir, self.run_dir, self.log_dir):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
