"""The two proxies of the link that stands: pictures of the door's catalogue, and what the way out let through.

Exit status 0 only if every attempt went as it must.
"""

from __future__ import annotations

import os
import sys

from e2e import link, sandbox, services, task
from e2e.scenarios import way_out

PICTURES = sandbox.ROOT / "build" / "demo"


def shoot() -> list[str]:
    """Paths of the pictures, made in the Public VPC by a browser that came through the door."""
    command = ["python3", "-m", "e2e.scenarios.shoot", door(), f"catalogue.{services.DOMAIN}", str(PICTURES)]
    environment = {"PYTHONPATH": str(sandbox.ROOT / "tests")}
    return task.Task("public", command, environment).lines()


def door() -> str:
    return link.load_balancer("public", "service-proxy")["DNSName"]


def main() -> int:
    pictures = shoot()
    all_well = way_out.show()
    print("\nThe catalogue at the door, as a browser in the Public VPC saw it:")
    for picture in pictures:
        print(f"  {os.path.relpath(picture, sandbox.ROOT)}")
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
