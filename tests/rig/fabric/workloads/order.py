"""What the zygote is told to start."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Reach:
    """An address that must be reachable before a task may start, and what AWS says when it is not."""

    host: str
    port: int
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """One workload. `respond` is the stock image, `run` a command, `boot` an instance with its user data."""

    id: str
    program: Literal["respond", "run", "boot"]
    environment: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    certificate: list[str] = field(default_factory=list)
    user_data: str = ""
    resolv_conf: str = ""
    runtime: str = ""
    reaches: list[Reach] = field(default_factory=list)

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, message: bytes) -> Order:
        fields = json.loads(message)
        return cls(**{**fields, "reaches": [Reach(**reach) for reach in fields["reaches"]]})
