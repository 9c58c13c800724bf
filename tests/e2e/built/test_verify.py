"""verify.yml tells a link that is whole from one that lets through what it must not."""

import json

from e2e import link, playbook, sandbox


def test_one_refusal_that_gets_through_fails_the_run():
    """Somebody adds to the profile of one service; the rows of its neighbour stay as they were."""
    ssm = sandbox.client("public", "ssm")
    (profile,) = (one for one in link.egress_profiles() if one["services"] == ["orders"])
    rightly = ssm.get_parameter(Name=profile["name"])["Parameter"]["Value"]
    opened = {"name": "opened", "host": "not-on-the-list.example", "ports": [443], "plain_http": False}
    wrongly = {"services": profile["services"], "destinations": [*profile["destinations"], opened]}
    ssm.put_parameter(Name=profile["name"], Value=json.dumps(wrongly), Type="String", Overwrite=True)
    try:
        verified = playbook.run("playbooks/verify.yml")
    finally:
        ssm.put_parameter(Name=profile["name"], Value=rightly, Type="String", Overwrite=True)
    assert verified.returncode != 0
    (failure,) = verified.failed
    assert failure[2] == "not as expected: refused: a host that nobody listed, as orders", verified.output
