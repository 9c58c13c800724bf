"""What the inventory may say of what is to be published, and what is told of it."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.link import check_link
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import published
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import Side
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import LoadBalancer, Things

ISOLATED, PUBLIC = "tokyo_isolated", "tokyo_public"
SHOP = {"name": "shop", "kind": "alb", "load_balancer": "shop-front", "ports": [443], "host": "shop.example"}
LEDGER = {"name": "ledger", "kind": "nlb", "load_balancer": "books", "ports": [5432]}
JOBS = {"name": "jobs", "kind": "asg", "auto_scaling_group": "Workers (blue)", "ports": [9000]}
DESKTOPS = {"name": "desktops", "kind": "instances", "instance_tags": {"role": "desktop"}, "ports": [3389]}
PRINTER = {"name": "printer", "kind": "ip", "addresses": ["10.0.0.99", "100.64.0.1"], "ports": [9100, 631]}


@pytest.mark.parametrize("host", [ISOLATED, PUBLIC])
def test_either_side_may_publish_any_of_them(sides, lines, host):
    sides[host]["published"] = [SHOP, LEDGER, JOBS, DESKTOPS, PRINTER]
    assert lines() == []


def test_what_is_left_out_is_filled_in():
    (entry,) = published([LEDGER])
    assert entry["health_check"] == {"protocol": None, "path": "/", "matcher": "200-499", "interval": 10}
    assert (entry["verify"], entry["replace_unhealthy"], entry["addresses"]) == (None, False, None)
    assert published([{**SHOP, "verify": {}}])[0]["verify"] == {"path": "/", "status": 200, "ca_pem": None}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([{**SHOP, "kind": "rdp"}], "[0].kind: found 'rdp' (text); allowed: alb, nlb, asg", id="kind"),
        pytest.param([{**SHOP, "name": "Shop"}], "[0].name: found 'Shop'", id="name"),
        pytest.param([{**SHOP, "name": "a" * 25}], "[0].name: found", id="name too long"),
        pytest.param([{**SHOP, "ports": []}], "[0].ports: found", id="no port"),
        pytest.param([{**SHOP, "ports": [443, 443]}], "[0].ports", id="a port twice"),
        pytest.param([{**SHOP, "ports": [65536]}], "[0].ports[0]: found 65536", id="no such port"),
        pytest.param([{**SHOP, "port": 443}], "[0].port: found a key that means nothing here", id="key"),
        pytest.param([{**SHOP, "load_balancer": None}], "[0].load_balancer: found nothing; allowed: load_b", id="alb"),
        pytest.param([{**SHOP, "load_balancer": "a_b"}], "[0].load_balancer: found 'a_b'", id="a load balancer's name"),
        pytest.param([{**JOBS, "auto_scaling_group": None}], "[0].auto_scaling_group: found nothing", id="asg"),
        pytest.param(
            [{**DESKTOPS, "instance_tags": None}],
            "[0].instance_ids: found nothing; allowed: instance_ids or instance_tags, with kind: instances",
            id="instances",
        ),
        pytest.param(
            [{**DESKTOPS, "instance_ids": ["i-0a1b2c3d"]}],
            "[0].instance_tags: found it and instance_ids; allowed: one of the two",
            id="instances both ways",
        ),
        pytest.param([{**PRINTER, "addresses": ["192.0.2.1"]}], "[0].addresses[0]: found 192.0.2.1, a p", id="public"),
        pytest.param([{**PRINTER, "addresses": ["10.0.0"]}], "[0].addresses[0]: found '10.0.0', which is no", id="ip"),
        pytest.param(
            [{**LEDGER, "addresses": ["10.0.0.1"]}], "[0].addresses: found it with kind: nlb", id="another kind's"
        ),
        pytest.param(
            [{**DESKTOPS, "replace_unhealthy": True}], "[0].replace_unhealthy: found it with kind", id="asg alone"
        ),
        pytest.param(
            [{**SHOP, "health_check": {"protocol": "TCP"}}],
            "[0].health_check.protocol: found TCP with kind: alb; allowed: HTTP or HTTPS",
            id="an alb's health check",
        ),
        pytest.param([{**SHOP, "health_check": {"matcher": 200}}], "[0].health_check.matcher: found 200", id="matcher"),
        pytest.param([SHOP, {**LEDGER, "name": "shop"}], "[1].name: found 'shop', the name of", id="a name twice"),
        pytest.param(
            [LEDGER, {**LEDGER, "name": "more"}],
            "[1].load_balancer: found 'books', the load_balancer of published[0] too; allowed: each one once; name all",
            id="an nlb twice",
        ),
        pytest.param(
            [{**SHOP, "ports": list(range(1, 20))}, {**LEDGER, "ports": [1, 20, 21]}],
            ": found 21 different ports; allowed: 20 in all",
            id="too many ports",
        ),
        pytest.param([{**SHOP, "verify": {"ca_pem": "x"}}], "[0].verify.ca_pem: found", id="ca"),
    ],
)
def test_mistakes(sides, lines, entries, expected):
    sides[PUBLIC]["published"] = entries
    (line,) = lines()
    assert line.startswith(f"{PUBLIC}: published{expected}"), line
    with pytest.raises(InvalidInventoryError):
        published(entries)


def test_an_alb_may_be_published_twice():
    assert len(published([SHOP, {**SHOP, "name": "shop-too", "ports": [8443]}])) == 2


def test_what_aws_says_of_the_things_comes_with_the_other_mistakes(sides):
    """The other side's addresses are among what decides."""
    sides[PUBLIC].update(published=[LEDGER], account_id="111111111111")
    sides[ISOLATED].update(vpc_cidr="172.16.0.0/16", region="ap-northeast-9")
    books = LoadBalancer(
        name="books",
        arn="arn:net/books/1",
        kind="network",
        vpc_id="vpc-1",
        state="active",
        zones=("apne1-az1",),
        groups=("sg-1",),
        enforced=True,
        listeners={"5432": "TCP"},
    )
    things = Things(load_balancers={"books": books}, doors={"sg-1": ()})
    azs = {id_: id_ for id_ in sides[PUBLIC]["az_ids"]}
    facts = Facts(reachable=True, account_id="111111111111", azs=azs, vpc_id="vpc-1", things=things)
    told = check_link("tokyo", [Side(host=host, given=values) for host, values in sides.items()], {PUBLIC: facts})
    lines = [mistake.line for mistake in told]
    assert lines[-1].startswith(f"{PUBLIC}: published[0].load_balancer: found books, whose groups, enforced"), lines
    assert "shut 172.16.0.0/16 out of 5432" in lines[-1] and len(lines) > 1
