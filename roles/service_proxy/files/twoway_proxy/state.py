"""What the agent knows about itself, for /healthz and /catalog."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from .compiled import Compiled


@dataclass
class State:
    compiled: Compiled | None = None
    read_at: float | None = None
    problem: str | None = None
    draining: bool = False

    def took(self, compiled: Compiled) -> None:
        self.compiled, self.problem = compiled, None

    def unfit(self) -> str | None:
        """Why no request should come here, as far as the agent can tell, or None."""
        if self.draining:
            return "draining"
        if self.compiled is None:
            return self.problem or "SSM has not been read yet"
        return self.compiled.unready

    def view(self) -> dict[str, Any]:
        age = None if self.read_at is None else round(time.time() - self.read_at, 1)
        if self.compiled is None:
            return {"age_seconds": age, "problem": self.problem}
        problem = self.problem or self.compiled.unready
        skipped = [asdict(each) for each in self.compiled.skipped]
        return {**self.compiled.view, "age_seconds": age, "problem": problem, "skipped": skipped}
