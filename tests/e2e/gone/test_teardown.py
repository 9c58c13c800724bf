"""After teardown.yml: nothing of ours in either account, and nothing of others touched."""

import pytest

from e2e import foreign, holdings, playbook, sandbox


@pytest.mark.parametrize("side", sandbox.SIDES)
def test_nothing_of_ours_is_left(side):
    assert holdings.of_ours(side) == {}


def test_what_we_did_not_create_is_untouched():
    assert foreign.snapshot() == foreign.recorded()


def test_a_second_teardown_is_a_no_op():
    again = playbook.run("playbooks/teardown.yml")
    assert again.returncode == 0, again.output
    assert again.changed == ()
