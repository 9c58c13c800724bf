from __future__ import annotations


def parts() -> dict[str, tuple]:
    return {"workloads": ()}
