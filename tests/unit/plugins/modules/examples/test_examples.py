"""The EXAMPLES in the documentation of our modules work, and a second run of each changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.template import trust_as_template
from unit.plugins.modules.examples.sceneries import ELSEWHERE, SCENERIES, World
from unit.plugins.modules.examples.tasks import examples_of, play

ALL = sorted(path.stem for path in (Path(__file__).parents[5] / "plugins" / "modules").glob("[a-z]*.py"))


@pytest.mark.parametrize("module", sorted(SCENERIES))
def test_examples_run(request, run, module):
    scenery = SCENERIES[module](World(request.getfixturevalue))

    play(
        examples_of(module),
        dict(scenery.variables),
        lambda name, arguments: run(name, scenery.account, **arguments),
        scenery.before,
    )


def test_no_module_is_forgotten():
    assert sorted([*SCENERIES, *ELSEWHERE]) == ALL


@pytest.mark.parametrize(
    ("task", "message"),
    [
        pytest.param({"name": "x", "twoway.privatelink.ecs_cluster": {}, "when": "y"}, "when", id="keyword"),
        pytest.param({"name": "x", "ansible.builtin.command": "true"}, "ansible.builtin.command", id="action"),
    ],
)
def test_what_the_runner_does_not_know_is_no_success(task, message):
    with pytest.raises(AssertionError, match=f"{message}.* is more than this runner knows"):
        play([task], {}, lambda *_: {"changed": False}, {})


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([{"failed": True, "msg": "no room"}], "x: no room"),
        ([{"changed": True}, {"changed": True, "actions": ["again"]}], r"x, a second time: \['again'\]"),
    ],
)
def test_a_failure_is_told(results, message):
    task = {"name": "x", "twoway.privatelink.ecs_cluster": {}}
    with pytest.raises(AssertionError, match=message):
        play([task], {}, lambda *_: results.pop(0), {})


def test_an_undefined_variable_is_a_failure():
    with pytest.raises(Exception, match="nowhere"):
        play(
            [{"name": "x", "twoway.privatelink.ecs_cluster": {"name": trust_as_template("{{ nowhere }}")}}],
            {},
            lambda *_: {"changed": False},
            {},
        )
