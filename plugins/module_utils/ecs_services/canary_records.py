# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the canary module has written down of services: it goes with them. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api


def root_of(link: str) -> str:
    """Below it each service has its state, and below that its lock and orders."""
    return f"/twoway/{link}/canary"


class CanaryRecords:
    """Of one side. Found with one call for each fifty."""

    def __init__(self, ssm: Any, link: str, side: str) -> None:
        self._ssm, self._root, self._owner = ssm, root_of(link), {LINK: link, SIDE: side}
        self._names: set[str] = set()

    def read(self) -> None:
        self._names = api.list_owned(self._ssm, self._root, self._owner)

    def services(self, goes: Callable[[str], bool]) -> list[str]:
        return sorted({service for name in self._names if goes(service := self._service(name))})

    def forget(self, services: Iterable[str]) -> None:
        going = set(services)
        api.delete_all(self._ssm, sorted(name for name in self._names if self._service(name) in going))

    def _service(self, name: str) -> str:
        return name.removeprefix(f"{self._root}/").partition("/")[0]
