"""What the agent knows about itself."""

import time
from dataclasses import dataclass

from .compiled import Compiled
from .sieve import Skipped


@dataclass
class State:
    """`read_at` is when SSM was last read whole, in seconds since 1970."""

    compiled: Compiled | None = None
    in_use: bool = False  # whether Envoy runs all of it
    read_at: float | None = None
    trouble: str | None = None
    draining: bool = False

    def took(self, compiled: Compiled, in_use: bool) -> None:
        self.compiled, self.in_use, self.trouble = compiled, in_use, None

    def unfit(self) -> str | None:
        """Why no request should come here, as far as the agent can tell, or None."""
        if self.draining:
            return "draining"
        if self.compiled is None:
            return self.trouble or "SSM has not been read yet"
        return self.compiled.unready

    @property
    def problem(self) -> str | None:
        """What is wrong, whether it keeps requests away or not."""
        return self.trouble or (self.compiled.unready if self.compiled else None)

    @property
    def age_seconds(self) -> float | None:
        return None if self.read_at is None else max(0.0, round(time.time() - self.read_at, 1))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.compiled.skipped if self.compiled else ()
