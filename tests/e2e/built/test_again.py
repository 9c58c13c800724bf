"""On the built link nothing is left to do, and a dry run says so."""

from e2e import playbook


def test_check_mode_on_the_built_link_changes_nothing():
    dry = playbook.run("site.yml", "--check", "--diff")
    assert dry.returncode == 0, dry.output
    assert dry.changed == (), dry.output
