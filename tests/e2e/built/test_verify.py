"""verify.yml tells a link that is whole from one that lets through what it must not."""

import json

from e2e import playbook, sandbox

ALLOW_LIST = f"/twoway/{sandbox.LINK}/reverse-proxy/allow-list"


def test_one_refusal_that_gets_through_fails_the_run():
    ssm = sandbox.client("public", "ssm")
    rightly = ssm.get_parameter(Name=ALLOW_LIST)["Parameter"]["Value"]
    opened = [*json.loads(rightly), {"name": "opened", "host": "not-on-the-list.example", "ports": [443]}]
    ssm.put_parameter(Name=ALLOW_LIST, Value=json.dumps(opened), Type="String", Overwrite=True)
    try:
        verified = playbook.run("playbooks/verify.yml")
    finally:
        ssm.put_parameter(Name=ALLOW_LIST, Value=rightly, Type="String", Overwrite=True)
    assert verified.returncode != 0
    (failure,) = verified.failed
    assert failure[2] == "not as expected: refused: an external host not listed", verified.output
