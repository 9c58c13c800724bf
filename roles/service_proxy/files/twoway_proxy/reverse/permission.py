"""Network filters that let a connection go on when one thing holds, and end it otherwise."""

from typing import Any

from .identity import EXTENSIONS


def permitted(name: str, stat_prefix: str, *, permission: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """`name` is what must hold, said by `permission` or by a `condition` of CEL."""
    policy = {"permissions": [permission or {"any": True}], "principals": [{"any": True}], **more}
    return {
        "name": "envoy.filters.network.rbac",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.network.rbac.v3.RBAC",
            "stat_prefix": f"{stat_prefix}.",
            "rules": {"action": "ALLOW", "policies": {name: policy}},
        },
    }
