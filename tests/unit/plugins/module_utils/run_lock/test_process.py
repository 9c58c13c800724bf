"""Which process is meant, and whether it lives."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock import process
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process


@pytest.fixture
def running():
    with subprocess.Popen(["sleep", "600"]) as child:
        yield child
        child.kill()


def test_one_that_runs_lives_until_it_is_killed(running):
    told = Process.of(running.pid)
    assert told.lives is True and Process.from_text(told.text) == told
    running.kill()
    os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)  # its parent has not asked for it yet
    assert told.lives is False
    running.wait()
    assert told.lives is False


def test_another_one_of_the_same_number_does_not_count(running):
    assert replace(Process.of(running.pid), start="1").lives is False


def test_of_another_machine_nobody_knows(running):
    assert replace(Process.of(running.pid), machine="build-7/b/n").lives is None


def test_two_containers_of_one_host_are_two_machines(monkeypatch, tmp_path):
    here = process.this_machine()
    (tmp_path / "pid").symlink_to("pid:[4026531999]")
    monkeypatch.setattr(process, "NAMESPACE", tmp_path / "pid")
    assert process.this_machine() != here


def test_a_name_with_brackets_and_spaces(tmp_path):
    script = tmp_path / "a (b) c"
    script.symlink_to(sys.executable)
    with subprocess.Popen([script, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert Process.of(child.pid).lives is True
        child.kill()


def test_where_there_is_no_proc_its_number_has_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(process, "PROCESSES", tmp_path / "nowhere")
    with subprocess.Popen(["sleep", "600"]) as child:
        found = Process.of(child.pid)
        assert found.start == process.NOT_TOLD and found.lives is True
        child.kill()
        child.wait()
        assert found.lives is False and process.start_of(child.pid) is None


@pytest.mark.parametrize("text", ["", "t", "a|b|c", "|7|1", "a|7|", "a|7"])
def test_what_is_no_process(text):
    assert Process.from_text(text) is None
