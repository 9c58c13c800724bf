"""How often the service proxy asks SSM for what."""

from __future__ import annotations

import pytest
from twoway_proxy.service.reading import CatalogueReading

ROOT, OWN = "/twoway/tokyo/catalog", "/twoway/tokyo/service-proxy"


class Store:
    """Counts the pages that AWS would have been asked for, ten parameters each."""

    def __init__(self, services: int) -> None:
        self.parameters = {f"{ROOT}/link": "{}", f"{OWN}/tls": "{}"}
        self.parameters |= {f"{ROOT}/services/s{n}": "{}" for n in range(services)}
        self.pages: dict[str, int] = {}

    def read(self, path: str, deep: bool = True) -> dict[str, str]:
        below = {name: value for name, value in self.parameters.items() if name.startswith(f"{path}/")}
        if not deep:
            below = {name: value for name, value in below.items() if "/" not in name.removeprefix(f"{path}/")}
        self.pages[path] = self.pages.get(path, 0) + max(1, -(-len(below) // 10))
        return below


class Fleet:
    """A proxy that reads every 3 seconds."""

    def __init__(self, services: int) -> None:
        self.store = Store(services)
        self.now = 0.0
        self.reading = CatalogueReading(ROOT, OWN, clock=lambda: self.now)

    def read(self, seconds: float = 3.0) -> dict[str, str]:
        self.now += seconds
        return self.reading.read(self.store)

    def pages_within(self, seconds: int) -> int:
        """Of services, in that time."""
        before = self.store.pages.get(f"{ROOT}/services", 0)
        for _read in range(seconds // 3):
            self.read()
        return self.store.pages[f"{ROOT}/services"] - before


@pytest.mark.parametrize("services", [0, 3, 19])
def test_a_small_catalogue_is_read_each_time(services: int) -> None:
    fleet = Fleet(services)
    for n in range(3):
        fleet.store.parameters[f"{ROOT}/services/new{n}"] = "{}"
        assert fleet.read() == fleet.store.parameters


def test_a_thousand_services_without_a_revision_are_seen_within_ten_seconds() -> None:
    fleet = Fleet(1000)
    fleet.read()
    fleet.store.parameters[f"{ROOT}/services/new"] = "{}"
    seen = [f"{ROOT}/services/new" in fleet.read() for _read in range(2)]
    assert seen == [False, True]
    assert fleet.pages_within(300) <= 300 * 25


def test_a_new_revision_is_followed_at_once_and_an_old_one_costs_little() -> None:
    fleet = Fleet(1000)
    fleet.store.parameters[f"{ROOT}/revision"] = "1"
    fleet.read()
    assert fleet.pages_within(300) <= 300 * 2 + 101
    fleet.store.parameters[f"{ROOT}/services/new"] = "{}"
    fleet.store.parameters[f"{ROOT}/revision"] = "2"
    assert f"{ROOT}/services/new" in fleet.read()


def test_what_changed_without_a_new_revision_is_seen_in_the_end() -> None:
    fleet = Fleet(1000)
    fleet.store.parameters[f"{ROOT}/revision"] = "1"
    fleet.read()
    fleet.store.parameters[f"{ROOT}/services/new"] = "{}"
    assert f"{ROOT}/services/new" not in fleet.read()
    assert f"{ROOT}/services/new" in fleet.read(60)


def test_canaries_and_the_certificate_are_read_each_time() -> None:
    fleet = Fleet(1000)
    fleet.read()
    fleet.store.parameters[f"{ROOT}/canaries/s1"] = "{}"
    fleet.store.parameters[f"{OWN}/tls"] = "new"
    assert {f"{ROOT}/canaries/s1": "{}", f"{OWN}/tls": "new"}.items() <= fleet.read().items()


def test_a_read_that_fails_is_tried_again_at_once() -> None:
    fleet = Fleet(1000)
    fleet.store.parameters[f"{ROOT}/revision"] = "1"
    fleet.read()
    fleet.store.parameters[f"{ROOT}/revision"] = "2"
    fleet.store.parameters[f"{ROOT}/services/new"] = "{}"
    real, fleet.store.read = fleet.store.read, _failing  # type: ignore[method-assign]
    with pytest.raises(OSError):
        fleet.read()
    fleet.store.read = real  # type: ignore[method-assign]
    assert f"{ROOT}/services/new" in fleet.read()


def _failing(path: str, deep: bool = True) -> dict[str, str]:
    if path.endswith("/services"):
        raise OSError
    return {f"{ROOT}/revision": "2"}
