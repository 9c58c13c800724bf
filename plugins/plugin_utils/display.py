# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Displays a text from the process that Ansible has forked for a task. PRIVATE to the collection."""

from __future__ import annotations

from ansible.utils.display import Display


def show(display: Display, text: str) -> None:
    """Leaves it to the process that forked, past whatever wraps Display.display in this one.

    The callback of ansible-runner up to 2.4.1 wraps it so that markers of an event come before and after a text. In a
    fork they go to a stdout that nobody reads, and ansible-core warns of each task that has written to it:
    https://github.com/ansible/ansible-runner/pull/1414.
    """
    queue = getattr(display, "_final_q", None)
    if queue is None:
        display.display(text)
    else:
        queue.send_display("display", text)
