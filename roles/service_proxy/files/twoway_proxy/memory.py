"""How much memory the proxy may take, and so how many connections it lets in.

A connection costs most when its client reads nothing: then all buffers on its way are full. So many are let in as fit
into Envoy's heap even then; what else fills the heap meets the limits of the overload manager (envoy/bootstrap.py).
"""

from dataclasses import dataclass
from pathlib import Path

# Of what the proxy may take. The rest is the agent's (100 MB with a thousand services), Envoy's program and stacks, and
# what the kernel keeps for sockets, which is charged to the unit as well.
HEAP_SHARE = 0.6
# At most, through all of Envoy, measured by tests/unit/proxies/test_memory.py; a silent one takes 65 KiB.
CONNECTION_BYTES = 320 * 1024
# Of an instance's connections those of one egress profile: what is flooded fills its own share, not that of the others.
PROFILE_SHARE = 0.4
# However much memory there is: beyond this a new connection is refused rather than all of them slowed.
MOST_CONNECTIONS = 50_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    heap_bytes: int
    connections: int  # of all clients together
    profile_connections: int  # of those of one egress profile

    @classmethod
    def of(cls, memory_bytes: int, profile_connections: int | None = None) -> "Limits":
        """`profile_connections` is a wish that goes before what the memory holds."""
        heap = int(memory_bytes * HEAP_SHARE)
        connections = min(heap // CONNECTION_BYTES, MOST_CONNECTIONS)
        of_a_profile = profile_connections or int(connections * PROFILE_SHARE)
        return cls(heap_bytes=heap, connections=max(connections, of_a_profile), profile_connections=of_a_profile)


def available(root: Path = Path("/")) -> int:
    """Bytes: the machine's memory, or less where this process's control group or one above it has a limit.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
    """
    limits = [_total(root)]
    for group in _groups(root):
        for name in ("memory.max", "memory.high"):
            file = group / name
            text = file.read_text().strip() if file.exists() else "max"
            limits += [int(text)] if text.isdigit() else []
    return min(limits)


def _total(root: Path) -> int:
    (line,) = (line for line in (root / "proc/meminfo").read_text().splitlines() if line.startswith("MemTotal:"))
    return int(line.split()[1]) * 1024


def _groups(root: Path) -> list[Path]:
    """The process's own control group and those above it; none where they are of version 1."""
    file = root / "proc/self/cgroup"
    own = [line[3:] for line in file.read_text().splitlines() if line.startswith("0::")] if file.exists() else []
    top = root / "sys/fs/cgroup"
    return [top / above.as_posix().lstrip("/") for path in own for above in (Path(path), *Path(path).parents)]
