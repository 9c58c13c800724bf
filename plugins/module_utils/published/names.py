# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the parts of a publication are called. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import cut

# The tag that says which entry of `published` a thing was made for.
PUBLISHED = "privatelink:published"


def prefix(link: str) -> str:
    """What the names of all load balancers and target groups begin with: short, for AWS allows 32 characters."""
    return f"{link}-pub-"


def load_balancer(link: str, name: str) -> str:
    return cut(f"{prefix(link)}{name}")


def target_group(link: str, name: str, kind: str, port: int) -> str:
    """The kind is in it, since AWS does not let the type of a target group's targets be changed."""
    return cut(f"{prefix(link)}{name}-{kind}-{port}")
