# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs a module of ours that takes its time, and shows, while it does, how far it is: each line of its `progress_path`.

Files in plugins/action link here, as they do to in_process.py.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.utils.display import Display
from ansible_collections.twoway.privatelink.plugins.plugin_utils import before_forks, in_process
from ansible_collections.twoway.privatelink.plugins.plugin_utils.display import show

LOOK_SECONDS = 0.5


class ActionModule(in_process.ActionModule):
    def run_module(self, name: str, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars.get("inventory_hostname", "")
        with progress_shown(host, self._connection.transport == "local") as path:
            shown = {"progress_path": path} if path else {}
            return super().run_module(name, {**shown, **arguments}, task_vars)


@contextmanager
def progress_shown(host: str, local: bool) -> Iterator[str | None]:
    """The path of a file whose lines are shown as they come; None where the module's files are not ours to read."""
    if not local:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="twoway-") as folder:
        path = Path(folder, "progress")
        path.touch()
        ended = threading.Event()
        watcher = threading.Thread(target=show_lines, args=(path, host, ended), daemon=True)
        watcher.start()
        try:
            yield str(path)
        finally:
            ended.set()
            watcher.join()


def show_lines(path: Path, host: str, ended: threading.Event) -> None:
    """Ends once `ended` is set and every line is shown."""
    display = Display()
    with path.open(encoding="utf-8") as lines:
        while True:
            last_look = ended.wait(LOOK_SECONDS)
            for line in lines:
                show(display, f"  {host}: {line.rstrip()}")
            if last_look:
                return


before_forks.load_for(__name__)
