"""ecs_services as an action: what the module appends to a file while it waits, people see at once."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.twoway.privatelink.plugins.action import ecs_services
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller


@pytest.fixture
def shown(monkeypatch):
    """Lines as they are shown, and a way to wait for the next one."""
    lines, came = [], threading.Event()

    def display(text: str) -> None:
        lines.append(text)
        came.set()

    monkeypatch.setattr(ecs_services, "Display", lambda: SimpleNamespace(display=display))
    monkeypatch.setattr(ecs_services, "LOOK_SECONDS", 0.01)
    return SimpleNamespace(lines=lines, came=came)


def test_lines_are_shown_while_the_module_runs(shown):
    with ecs_services.progress_shown("tokyo_isolated", local=True) as path:
        teller = Teller(path)
        teller.tell("1 of 2 steady; waiting for orders")
        assert shown.came.wait(10)
        teller.tell("1 of 2 steady; waiting for orders")
        teller.tell("2 of 2 steady")
    assert shown.lines == [
        "  tokyo_isolated: 1 of 2 steady; waiting for orders",
        "  tokyo_isolated: 2 of 2 steady",
    ]
    assert not Path(path).exists()


def test_a_module_that_runs_elsewhere_shows_nothing(shown):
    with ecs_services.progress_shown("tokyo_isolated", local=False) as path:
        assert path is None
    assert shown.lines == []
