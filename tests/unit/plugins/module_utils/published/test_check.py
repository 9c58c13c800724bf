"""(what is to be published, what AWS has) -> what stands in the way, without AWS."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import published
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import Place, check_things
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import (
    AutoScalingGroup,
    Instance,
    LoadBalancer,
    Things,
)

PLACE = Place(
    link="tokyo",
    vpc_id="vpc-1",
    vpc_cidrs=("10.0.0.0/16",),
    cidrs=("10.0.0.0/24", "10.0.1.0/24"),
    az_ids=("az1", "az4"),
    consumers=("172.16.0.0/16",),
)
SHOP = {"name": "shop", "kind": "alb", "load_balancer": "front", "ports": [443], "host": "shop.example"}
LEDGER = {"name": "ledger", "kind": "nlb", "load_balancer": "books", "ports": [5432]}
JOBS = {"name": "jobs", "kind": "asg", "auto_scaling_group": "workers", "ports": [9000]}
DESKTOPS = {"name": "desktops", "kind": "instances", "instance_ids": ["i-0a1b2c3d"], "ports": [3389]}
TAGGED = {"name": "desktops", "kind": "instances", "instance_tags": {"role": "desktop"}, "ports": [3389]}
PRINTER = {"name": "printer", "kind": "ip", "addresses": ["10.0.0.99"], "ports": [9100]}


def door(*ports, cidr="10.0.0.0/16", **more):
    return tuple(
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}], **more}
        for port in ports
    )


FRONT = LoadBalancer(
    name="front",
    arn="arn:app/front/1",
    kind="application",
    vpc_id="vpc-1",
    state="active",
    groups=("sg-front",),
    listeners={"443": "HTTPS", "80": "HTTP"},
)
BOOKS = LoadBalancer(
    name="books",
    arn="arn:net/books/1",
    kind="network",
    vpc_id="vpc-1",
    state="active",
    zones=("az1", "az4"),
    groups=("sg-books",),
    listeners={"5432": "TCP", "443": "TLS", "53": "TCP_UDP"},
)
WORKERS = AutoScalingGroup(name="workers", health_checks=("EC2",), vpc_id="vpc-1", instance_ids=("i-0a1b2c3d",))
DESKTOP = Instance(id="i-0a1b2c3d", vpc_id="vpc-1", state="running", groups=("sg-desktop",))
ALL = Things(
    load_balancers={"front": FRONT, "books": BOOKS},
    auto_scaling_groups={"workers": WORKERS},
    instances={"i-0a1b2c3d": DESKTOP},
    tagged={"desktops": ("i-0a1b2c3d",)},
    interfaces={"10.0.0.99": ("sg-printer",)},
    doors={
        "sg-front": door(443, 80),
        "sg-books": door(5432, cidr="172.16.0.0/12"),
        "sg-desktop": door(3389, 9000),
        "sg-printer": door(9100),
    },
)


def told(entry, things=ALL, place=PLACE):
    return [mistake.line for mistake in check_things(published([entry]), things, place)]


def front(**facts):
    return replace(ALL, load_balancers={"front": replace(FRONT, **facts)})


def books(**facts):
    return replace(ALL, load_balancers={"books": replace(BOOKS, **facts)})


def workers(**facts):
    return replace(ALL, auto_scaling_groups={"workers": replace(WORKERS, **facts)})


def desktop(**facts):
    return replace(ALL, instances={"i-0a1b2c3d": replace(DESKTOP, **facts)})


def doors(**changed):
    return replace(ALL, doors={**ALL.doors, **{name.replace("_", "-"): rules for name, rules in changed.items()}})


OTHERS = {"a": ("nlb-1",), "b": ("nlb-2",)}


@pytest.mark.parametrize(
    ("entry", "things"),
    [
        pytest.param(SHOP, ALL, id="alb"),
        pytest.param({**SHOP, "host": None, "ports": [80]}, ALL, id="alb, no TLS, no host"),
        pytest.param({**SHOP, "ports": [443, 80]}, front(behind={**OTHERS, "b": ("tokyo-pub-shop",)}), id="alb, ours"),
        pytest.param(SHOP, front(state="active_impaired"), id="alb, short of room but up"),
        pytest.param(SHOP, doors(sg_front=door(443, PrefixListIds=[{}], cidr="10.9.0.0/16")), id="alb, a list's"),
        pytest.param(SHOP, doors(sg_front=door(443, UserIdGroupPairs=[{}])), id="alb, a group's too"),
        pytest.param(SHOP, front(groups=()), id="no group keeps nobody out"),
        pytest.param(LEDGER, ALL, id="nlb"),
        pytest.param({**LEDGER, "ports": [443, 5432]}, ALL, id="nlb, TLS too"),
        pytest.param(LEDGER, books(vpc_id="vpc-2", zones=("az4",)), id="nlb, of another VPC, in one zone"),
        pytest.param(LEDGER, books(enforced=True), id="nlb, enforced, the other side let in"),
        pytest.param(LEDGER, replace(books(), doors={}), id="nlb, its groups not enforced"),
        pytest.param(JOBS, ALL, id="asg"),
        pytest.param(JOBS, workers(instance_ids=("i-99999999",)), id="asg, an instance just gone"),
        pytest.param({**JOBS, "replace_unhealthy": True}, workers(health_checks=("EC2", "ELB")), id="asg, meant"),
        pytest.param(DESKTOPS, ALL, id="instances"),
        pytest.param(TAGGED, ALL, id="instances by tags"),
        pytest.param(PRINTER, ALL, id="ip"),
        pytest.param({**PRINTER, "addresses": ["192.168.7.20"]}, ALL, id="ip, on premises"),
    ],
)
def test_what_can_be_published(entry, things):
    assert told(entry, things) == []


NOT_IN = (
    "allowed: what is in vpc-1; let the side stand in that VPC (existing_network), or publish a Network "
    "Load Balancer of it"
)
ADD = (
    "allowed: a rule that lets the subnets of the link's load balancers in; have it added: the link "
    "changes no security group of others"
)
NO_SUCH = "of the account and region; correct the name, or the kind"
TCP_ONLY = "PrivateLink carries TCP: name the port of a TCP or TLS listener"
ELSEWHERE = (
    "allowed: one that stands in a zone of the link: az1, az4; an endpoint reaches it in its own zone "
    "only: have one added"
)

CANNOT = [
    pytest.param(
        SHOP,
        Things(),
        f"load_balancer: found front, which is not there; allowed: an Application Load Balancer {NO_SUCH}",
        id="alb, not there",
    ),
    pytest.param(
        SHOP,
        front(kind="network"),
        f"load_balancer: found front, of type network; allowed: an Application Load Balancer {NO_SUCH}",
        id="alb, an nlb",
    ),
    pytest.param(
        {**SHOP, "ports": [22]},
        ALL,
        "ports: found 22, where front does not listen; allowed: 80, 443; name the port of one of its "
        "listeners, or add that listener first",
        id="alb, port",
    ),
    pytest.param(
        SHOP,
        front(behind=OTHERS),
        "load_balancer: found front, a target of nlb-1, nlb-2 already; allowed: 2 Network Load Balancers for "
        "one Application Load Balancer; take it out of one of them first",
        id="alb, behind two",
    ),
    pytest.param(
        {**SHOP, "host": None},
        ALL,
        "host: found nothing, while front speaks HTTPS on 443; allowed: the host name that its certificate "
        "is for; add it: who calls must send it, or nobody's verification succeeds",
        id="alb, no host",
    ),
    pytest.param(
        SHOP,
        front(state="provisioning"),
        "load_balancer: found front, which is provisioning; allowed: one that is active; wait until it is",
        id="alb, soon",
    ),
    pytest.param(SHOP, front(vpc_id="vpc-2"), f"kind: found front in vpc-2; {NOT_IN}", id="alb, another VPC"),
    pytest.param(
        SHOP,
        doors(sg_front=door(443, cidr="10.0.0.0/24")),
        f"ports: found front, whose sg-front shuts 10.0.1.0/24 out of 443; {ADD}",
        id="alb, one subnet shut out",
    ),
    # What comes through PrivateLink is known by the nodes' addresses, so a rule for a group, even ours, means others.
    pytest.param(
        SHOP,
        doors(sg_front=door(443, UserIdGroupPairs=[{}], cidr="10.9.0.0/16")),
        f"ports: found front, whose sg-front shuts 10.0.0.0/24, 10.0.1.0/24 out of 443; {ADD}",
        id="alb, a group's",
    ),
    pytest.param(
        DESKTOPS,
        doors(sg_desktop=door(3389, UserIdGroupPairs=[{}], cidr="10.0.1.0/24")),
        f"ports: found i-0a1b2c3d, whose sg-desktop shuts 10.0.0.0/24 out of 3389; {ADD}",
        id="instances, a group's",
    ),
    pytest.param(
        LEDGER,
        Things(),
        f"load_balancer: found books, which is not there; allowed: a Network Load Balancer {NO_SUCH}",
        id="nlb, not there",
    ),
    pytest.param(
        LEDGER,
        books(kind="application"),
        f"load_balancer: found books, of type application; allowed: a Network Load Balancer {NO_SUCH}",
        id="nlb, an alb",
    ),
    pytest.param(
        {**LEDGER, "ports": [22]},
        ALL,
        f"ports: found 22, where books does not listen; allowed: 5432, 443; {TCP_ONLY}",
        id="nlb port",
    ),
    pytest.param(
        {**LEDGER, "ports": [53]},
        ALL,
        f"ports: found 53, where books speaks TCP_UDP; allowed: 5432, 443; {TCP_ONLY}",
        id="nlb, no TCP",
    ),
    pytest.param(
        LEDGER,
        books(listeners={}),
        f"ports: found 5432, where books does not listen; allowed: none; {TCP_ONLY}",
        id="nlb, no listener",
    ),
    pytest.param(
        LEDGER,
        books(service="vpce-svc-9"),
        "load_balancer: found books, which vpce-svc-9 publishes already; allowed: one endpoint service for a "
        "load balancer; use that service, or take the load balancer out of it",
        id="nlb, somebody publishes it",
    ),
    pytest.param(
        LEDGER, books(zones=("az2",)), f"load_balancer: found books in az2; {ELSEWHERE}", id="nlb, other zones"
    ),
    pytest.param(LEDGER, books(zones=()), f"load_balancer: found books in no zone; {ELSEWHERE}", id="nlb, in no zone"),
    pytest.param(
        LEDGER,
        books(state="failed"),
        "load_balancer: found books, which is failed; allowed: one that is active; wait until it is",
        id="nlb, failed",
    ),
    pytest.param(
        LEDGER,
        replace(books(enforced=True), doors={"sg-books": door(5432)}),
        "load_balancer: found books, whose groups, enforced on PrivateLink traffic, shut 172.16.0.0/16 out "
        "of 5432; allowed: groups that let the other side's addresses in, or are not enforced; have "
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic set to off, or a rule added",
        id="nlb, enforced",
    ),
    pytest.param(
        JOBS,
        Things(),
        "auto_scaling_group: found workers, which is not there; allowed: an Auto Scaling group of the "
        "account and region; correct the name",
        id="asg, not there",
    ),
    pytest.param(
        JOBS,
        workers(health_checks=("EC2", "ELB")),
        "auto_scaling_group: found workers, which replaces instances that load balancers find unwell; "
        "allowed: one whose health check type is EC2, or replace_unhealthy: true; what our health check "
        "finds unwell would be replaced: say so if that is meant",
        id="asg, would replace",
    ),
    pytest.param(JOBS, workers(vpc_id="vpc-2"), f"kind: found workers in vpc-2; {NOT_IN}", id="asg, another VPC"),
    pytest.param(
        {**JOBS, "ports": [9001]},
        ALL,
        f"ports: found i-0a1b2c3d, whose sg-desktop shuts 10.0.0.0/24, 10.0.1.0/24 out of 9001; {ADD}",
        id="asg, shut out",
    ),
    pytest.param(
        DESKTOPS,
        Things(),
        "instance_ids: found i-0a1b2c3d, which is not there; allowed: instances that run: AWS takes no "
        "others as targets; correct it",
        id="instances, not there",
    ),
    pytest.param(
        DESKTOPS,
        desktop(state="stopped"),
        "instance_ids: found i-0a1b2c3d, which is stopped; allowed: instances that run: AWS takes no others "
        "as targets; start it",
        id="instances, stopped",
    ),
    pytest.param(
        TAGGED,
        Things(),
        "instance_tags: found tags that no instance carries; allowed: those of one at least; correct them",
        id="instances, no such tags",
    ),
    pytest.param(
        DESKTOPS, desktop(vpc_id="vpc-2"), f"kind: found i-0a1b2c3d in vpc-2; {NOT_IN}", id="instances, another VPC"
    ),
    pytest.param(
        DESKTOPS,
        doors(sg_desktop=()),
        f"ports: found i-0a1b2c3d, whose sg-desktop shuts 10.0.0.0/24, 10.0.1.0/24 out of 3389; {ADD}",
        id="instances, shut out",
    ),
    pytest.param(
        PRINTER,
        doors(sg_printer=()),
        f"ports: found 10.0.0.99, whose sg-printer shuts 10.0.0.0/24, 10.0.1.0/24 out of 9100; {ADD}",
        id="ip, shut out",
    ),
]


@pytest.mark.parametrize(("entry", "things", "expected"), CANNOT)
def test_what_cannot_is_told_in_one_line(entry, things, expected):
    assert told(entry, things) == [f"published[0].{expected}"]


def test_the_vpc_of_the_side_may_not_be_made_yet():
    later = replace(PLACE, vpc_id=None)
    assert told(SHOP, place=later) == [
        "published[0].kind: found front in vpc-1; allowed: nothing yet: the side's VPC is not made; let the side stand "
        "in that VPC (existing_network), or publish a Network Load Balancer of it"
    ]
    assert told(LEDGER, place=later) == []


def test_zones_are_not_judged_while_they_are_not_known():
    assert told(LEDGER, books(zones=()), replace(PLACE, az_ids=())) == []


def test_each_is_told_by_its_own_place():
    entries = [*published([SHOP, LEDGER]), None]
    lines = [mistake.line for mistake in check_things(entries, Things(), PLACE)]
    assert [line.split(":")[0] for line in lines] == ["published[0].load_balancer", "published[1].load_balancer"]


def test_things_travel_as_plain_data():
    there = front(behind=OTHERS)
    assert Things.from_dict(json.loads(json.dumps(there.as_dict()))) == there
    assert Things.from_dict(json.loads(json.dumps(ALL.as_dict()))) == ALL
