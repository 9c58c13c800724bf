"""The endpoints of AWS services lead from the isolated VPC to what is the link's, and nowhere else."""

import json
import urllib.request

import boto3
import pytest

from e2e import link, playbook, sandbox, task

STRANGER = "333333333333"
LOOT = "loot-of-a-stranger"
OWN = "tokyo-own-bucket"
SERVICES = ("services",)  # the group of the services' tasks, without a way out
# What a task tries, each with the keys it was given: the name of the outcome, or AWS's own words.
SCRIPT = """
import boto3, json, os

def tried(call, **request):
    try:
        call(**request)
        return "done"
    except Exception as error:
        return str(error)

for name, keys in json.loads(os.environ["KEYS"]).items():
    s3, ssm, logs, ecr = (boto3.client(service, **keys) for service in ("s3", "ssm", "logs", "ecr"))
    told = {
        "own bucket": tried(s3.get_object, Bucket=os.environ["OWN"], Key="key"),
        "their bucket": tried(s3.put_object, Bucket=os.environ["LOOT"], Key="key", Body=b"stolen customer data"),
        "ssm": tried(ssm.put_parameter, Name="/e2e/endpoints", Value="stolen", Type="String", Overwrite=True),
        "logs": tried(logs.describe_log_groups),
        "ecr": tried(ecr.describe_repositories),
    }
    print(json.dumps({"keys": name, **told}), flush=True)
"""
NOT_ALLOWED = "because no VPC endpoint policy allows the"


def stranger() -> dict[str, str]:
    """Keys of an account that the link does not know."""
    body = json.dumps({"account_id": STRANGER, "role_name": "stranger"}).encode()
    url = f"{sandbox.facts()['endpoint_url']}/_rig/credentials"
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as answer:
        issued = json.load(answer)
    return _keys(issued["access_key"], issued["secret_key"], issued["session_token"])


def ours() -> dict[str, str]:
    account = sandbox.facts()["accounts"]["isolated"]
    return _keys(account["access_key"], account["secret_key"])


def _keys(access_key: str, secret_key: str, session_token: str | None = None) -> dict[str, str]:
    keys = {"aws_access_key_id": access_key, "aws_secret_access_key": secret_key}
    return {**keys, "aws_session_token": session_token} if session_token else keys


@pytest.fixture
def buckets():
    """One of the isolated account's, one of the stranger's."""
    rig = sandbox.facts()
    for name, keys in ((OWN, ours()), (LOOT, stranger())):
        s3 = boto3.client("s3", endpoint_url=rig["endpoint_url"], region_name=rig["region"], **keys)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": rig["region"]})
        s3.put_object(Bucket=name, Key="key", Body=b"as it was")
    yield
    for name, keys in ((OWN, ours()), (LOOT, stranger())):
        s3 = boto3.client("s3", endpoint_url=rig["endpoint_url"], region_name=rig["region"], **keys)
        s3.delete_object(Bucket=name, Key="key")
        s3.delete_bucket(Bucket=name)


def test_a_task_reaches_what_is_ours_and_nothing_of_a_stranger(buckets):
    environment = {"KEYS": json.dumps({"ours": ours(), "theirs": stranger()}), "OWN": OWN, "LOOT": LOOT}
    inside = task.Task("isolated", ["python3", "-c", SCRIPT], environment, SERVICES)
    with_ours, with_theirs = (json.loads(line) for line in inside.lines())
    done = dict.fromkeys(("own bucket", "ssm", "logs", "ecr"), "done")
    sandbox.client("isolated", "ssm").delete_parameter(Name="/e2e/endpoints")
    assert {key: with_ours[key] for key in done} == done
    assert with_ours["their bucket"].endswith("Access Denied")  # S3 tells other accounts no reason
    assert with_theirs["own bucket"].endswith("Access Denied")
    for what in ("their bucket", "ssm", "logs", "ecr"):
        assert NOT_ALLOWED in with_theirs[what], (what, with_theirs[what])


def test_an_endpoint_that_somebody_opened_fails_the_run():
    """By hand, as it was before there were policies: everybody's buckets are reached again."""
    ec2 = sandbox.client("isolated", "ec2")
    endpoint = link.endpoint("isolated", "s3")
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], ResetPolicy=True)
    try:
        verified = playbook.run("playbooks/verify.yml")
    finally:
        policy = {"VpcEndpointId": endpoint["VpcEndpointId"], "PolicyDocument": endpoint["PolicyDocument"]}
        ec2.modify_vpc_endpoint(**policy)
    assert verified.returncode != 0
    (failure,) = verified.failed
    assert failure[2] == "not as expected: refused: somebody else's bucket", verified.output
