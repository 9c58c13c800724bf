"""The two proxies as they run: where they got their agent, what the door tells, and what CloudWatch is told."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from e2e import link, sandbox, services, task

ASK = """\
import http.client, json, ssl, sys
door, ca_pem, path = sys.argv[1:]
context = ssl.create_default_context(cadata=ca_pem)
context.check_hostname = False
connection = http.client.HTTPSConnection(door, context=context, timeout=10)
connection.request("GET", path, headers={"Accept": "application/json"})
print(connection.getresponse().read().decode().replace("\\n", " "))
"""
WITHIN = 90.0  # each instance calls CloudWatch once a minute


def asked(path):
    """What the door answers a task of the Public VPC."""
    door = link.load_balancer("public", "service-proxy")["DNSName"]
    ca_pem = Path(sandbox.facts()["pki"]["ca"]).read_text()
    return json.loads(task.Task("public", ["python3", "-c", ASK, door, ca_pem, path]).lines()[-1])


def test_the_catalogue_tells_of_every_service():
    told = asked("/catalog")
    assert [each["name"] for each in told["services"]] == sorted(services.names())
    assert {each["health"]["state"] for each in told["services"]} <= {"healthy", "unknown"}
    (stock,) = (each for each in told["services"] if each["name"] == "stock")
    assert stock["canary"]["version"] == "2.1.0" and stock["host"] == f"stock.{services.DOMAIN}"
    assert told["problem"] is None and told["skipped"] == [] and told["age_seconds"] < 30
    assert told["zone"] in {"apne1-az1", "apne1-az4"}


@pytest.mark.parametrize("bucket", ["door", "way-out"])
def test_the_agent_lies_under_its_own_hash_in_a_bucket_that_is_ours(bucket):
    s3 = sandbox.client("public", "s3")
    facts = sandbox.facts()
    name = f"{sandbox.LINK}-{bucket}-{facts['accounts']['public']['id']}-{facts['region']}-an"
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    assert (tags["privatelink:link"], tags["privatelink:side"]) == (sandbox.LINK, "public")
    assert set(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()) == {True}
    for item in s3.list_objects_v2(Bucket=name)["Contents"]:
        body = s3.get_object(Bucket=name, Key=item["Key"])["Body"].read()
        assert item["Key"] == f"agent/{hashlib.sha256(body).hexdigest()}.tar"


@pytest.mark.parametrize(("proxy", "metric"), [("service", "Requests"), ("reverse", "Denied")])
def test_cloudwatch_hears_from_both_proxies(proxy, metric):
    cloudwatch = sandbox.client("public", "cloudwatch")
    wanted = {"Namespace": "TwoWay/PrivateLink", "MetricName": metric}
    dimensions = [{"Name": "Link", "Value": sandbox.LINK}, {"Name": "Proxy", "Value": proxy}]
    deadline = time.monotonic() + WITHIN
    while not cloudwatch.list_metrics(**wanted, Dimensions=dimensions)["Metrics"]:
        assert time.monotonic() < deadline, f"no {metric} of the {proxy} proxy within {WITHIN} s"
        time.sleep(1)
