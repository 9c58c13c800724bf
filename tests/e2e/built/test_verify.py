"""verify.yml tells a link that is whole from one that lets through what it must not."""

import json

from e2e import playbook, sandbox

PROFILES = f"/twoway/{sandbox.LINK}/reverse-proxy/profiles"


def test_one_refusal_that_gets_through_fails_the_run():
    """Somebody adds to the profile of one service; the rows of its neighbour stay as they were."""
    ssm = sandbox.client("public", "ssm")
    name, rightly = profile_of("orders")
    opened = {"name": "opened", "host": "not-on-the-list.example", "ports": [443], "plain_http": False}
    wrongly = {**rightly, "destinations": [*rightly["destinations"], opened]}
    ssm.put_parameter(Name=name, Value=json.dumps(wrongly), Type="String", Overwrite=True)
    try:
        verified = playbook.run("playbooks/verify.yml")
    finally:
        ssm.put_parameter(Name=name, Value=json.dumps(rightly), Type="String", Overwrite=True)
    assert verified.returncode != 0
    (failure,) = verified.failed
    assert failure[2] == "not as expected: refused: a host that nobody listed, as orders", verified.output


def profile_of(service):
    """The parameter of the egress profile of one service: its name, and what it holds."""
    parameters = sandbox.client("public", "ssm").get_parameters_by_path(Path=PROFILES)["Parameters"]
    held = {item["Name"]: json.loads(item["Value"]) for item in parameters}
    return next((name, profile) for name, profile in held.items() if service in profile["services"])
