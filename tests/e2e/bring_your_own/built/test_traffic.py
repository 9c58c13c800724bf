"""What was there before the link answers on the other side: the answers are its own, and the way is the link's."""

import json

import pytest

from e2e import services, task
from e2e.bring_your_own import calls
from e2e.theirs import things

# The first two messages of RDP, https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr: X.224 Connection
# Request and Connection Confirm.
ASK, CONFIRM = bytes.fromhex("030000130ee000000000000100080003000000"), bytes.fromhex("030000130ed0")

LEDGERS, NOBODYS = 5432, 5433
KINDS = {"ledger": "nlb", "jobs": "asg", "desktops": "instances", "printer": "ip"}


@pytest.fixture(scope="module")
def office():
    """What a client in the Public VPC hears of each of the isolated side's things."""
    where = calls.published("public")
    assert {name: one["kind"] for name, one in where.items()} == KINDS
    say = {
        "ledger": "balance\n",
        "jobs": calls.get("/queue", "jobs"),
        "desktops": ASK.decode("latin-1"),
        "printer": "page\n",
    }
    asked = [{"name": name, "address": where[name]["addresses"][0], "send": text} for name, text in say.items()]
    printer = where["printer"]["dns_name"]
    shut = [{"name": str(port), "address": f"{printer}:{port}", "send": "balance\n"} for port in (LEDGERS, NOBODYS)]
    return calls.make("public", *asked, *shut)


def test_a_network_load_balancer_is_published_as_it_is(office):
    assert office["ledger"] == "ledger: balance\n"


def test_an_auto_scaling_group_answers(office):
    head, _blank, body = office["jobs"].partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200") and json.loads(body)["path"] == "/queue"


def test_an_instance_speaks_rdp_on_3389(office):
    assert office["desktops"].encode("latin-1").startswith(CONFIRM)


def test_an_address_answers_on_any_port(office):
    assert office["printer"] == "printer: page\n"


def test_a_port_that_nobody_published_is_dropped_by_the_endpoint(office):
    assert office[str(NOBODYS)].startswith("... TimeoutError")


def test_a_port_of_another_thing_leads_nowhere(office):
    """What is published shares a security group; the load balancer behind this endpoint does not listen there."""
    assert office[str(LEDGERS)].startswith("... ConnectionRefusedError")


def test_an_internet_facing_load_balancer_answers_who_sends_its_host():
    """As `curl --connect-to shop.example:443:<endpoint>:443 https://shop.example/basket` does."""
    (shop,) = calls.published("isolated").values()
    asked = {"address": shop["addresses"][0], "host": shop["host"], "send": calls.get("/basket", shop["host"])}
    by_its_own_name = {**asked, "host": shop["dns_name"]}
    told = calls.make("isolated", {"name": "shop", **asked}, {"name": "endpoint", **by_its_own_name})

    head, _blank, body = told["shop"].partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200"), told
    headers = json.loads(body)["headers"]
    assert (shop["host"], headers["host"], headers["x-forwarded-proto"]) == (things.HOST, things.HOST, "https")
    assert "certificate verify failed" in told["endpoint"]


def test_cloudfront_and_its_visitors_notice_nothing():
    answer = calls.visit("/basket")
    assert answer["status"] == 200 and json.loads(answer["body"])["path"] == "/basket"


def test_the_services_of_the_link_answer_in_networks_of_others():
    (orders,) = [one for one in services.targets() if one["name"] == "orders"]
    told = task.ask(task.public_requests([orders], seconds=1))
    assert told["orders"]["ok"] and not told["orders"]["failed"], told
