"""published_load_balancers: what is there is published, and none of it is changed."""

from __future__ import annotations

import json

import pytest

from .theirs import HERE, Theirs

MODULE = "published_load_balancers"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}


@pytest.fixture
def theirs(cloud, network):
    made = network(HERE)
    return Theirs(cloud, made.vpc_id, made.subnet_ids)


@pytest.fixture
def options(theirs):
    ours = theirs.group("tokyo-published-nlb")
    return {"subnet_ids": theirs.subnet_ids, "security_group_ids": [ours], "tags": TAGS}


SHOP = {"name": "shop", "kind": "alb", "load_balancer": "shop", "ports": [443], "host": "shop.example"}
LEDGER = {"name": "ledger", "kind": "nlb", "load_balancer": "ledger", "ports": [5432]}
JOBS = {"name": "jobs", "kind": "asg", "auto_scaling_group": "jobs", "ports": [9000]}
DESKTOPS = {"name": "desktops", "kind": "instances", "instance_tags": {"role": "desktop"}, "ports": [3389]}


def printer(theirs, *ports):
    return {"name": "printer", "kind": "ip", "addresses": [theirs.ids["printer"]], "ports": list(ports or [9100])}


@pytest.fixture
def everything(theirs):
    """One thing of each kind; the entries."""
    theirs.alb()
    theirs.nlb()
    theirs.auto_scaling_group()
    theirs.instance()
    theirs.instance("printer", 9100)
    theirs.settle()
    return [SHOP, LEDGER, JOBS, DESKTOPS, printer(theirs)]


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def writes(cloud):
    return [call for call in cloud.calls if not call.startswith("Describe")]


def snapshot(theirs):
    """All that can be told of what is theirs."""
    elbv2, ec2 = theirs.elbv2, theirs.ec2
    balancers = [
        one
        for one in elbv2.describe_load_balancers()["LoadBalancers"]
        if not one["LoadBalancerName"].startswith("tokyo-")
    ]
    arns = [one["LoadBalancerArn"] for one in balancers]
    told = {
        "balancers": balancers,
        "tags": elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"] if arns else [],
        "attributes": [elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"] for arn in arns],
        "listeners": [elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"] for arn in arns],
        "instances": ec2.describe_instances()["Reservations"],
        "groups": [
            one for one in ec2.describe_security_groups()["SecurityGroups"] if not one["GroupName"].startswith("tokyo-")
        ],
        "auto_scaling": theirs.cloud.client("autoscaling", HERE).describe_auto_scaling_groups()["AutoScalingGroups"],
    }
    return json.loads(json.dumps(told, default=str))


def health(theirs, entry):
    """The one target group that was made for the entry, and the ids of its targets."""
    groups = {one["TargetGroupArn"]: one for one in theirs.elbv2.describe_target_groups()["TargetGroups"]}
    told = theirs.elbv2.describe_tags(ResourceArns=list(groups))["TagDescriptions"]
    made_for = {"Key": "privatelink:published", "Value": entry}
    (group,) = [groups[one["ResourceArn"]] for one in told if made_for in one["Tags"]]
    found = theirs.elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    return group, [one["Target"]["Id"] for one in found]


FRONTS = ["CreateLoadBalancer", "SetSecurityGroups", "ModifyLoadBalancerAttributes", "CreateTargetGroup"]


def test_one_of_each_kind_is_published_and_none_of_it_changed(run, cloud, theirs, options, everything):
    before = snapshot(theirs)
    forecast = run(MODULE, HERE, check=True, published=everything, **options)
    assert forecast["changed"] and writes(cloud) == []
    result = run(MODULE, HERE, published=everything, **options)

    assert writes(cloud) == [
        *(
            call
            for step in ("RegisterTargets", "AttachLoadBalancerTargetGroups")
            for call in (*FRONTS, step, "CreateListener")
        ),
        *(2 * [*FRONTS, "RegisterTargets", "CreateListener"]),
    ]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    arns = {one["name"]: one["load_balancer_arn"] for one in result["published"]}
    (ledger,) = theirs.elbv2.describe_load_balancers(Names=["ledger"])["LoadBalancers"]
    assert arns["ledger"] == ledger["LoadBalancerArn"]
    assert {name for name, arn in arns.items() if f"/net/tokyo-pub-{name}/" in arn} == {
        "shop",
        "jobs",
        "desktops",
        "printer",
    }
    after = snapshot(theirs)
    # The one thing that is touched, as it was asked for.
    assert after["auto_scaling"][0].pop("TargetGroupARNs") and not before["auto_scaling"][0].pop("TargetGroupARNs")
    # A load balancer is told with those that lead to it nowhere.
    assert after == before


def test_what_stands_in_front_of_each(run, theirs, options, everything):
    run(MODULE, HERE, published=everything, **options)

    (shop, targets), alb = health(theirs, "shop"), snapshot(theirs)["balancers"][0]
    assert targets == [alb["LoadBalancerArn"]]
    assert (shop["HealthCheckProtocol"], shop["HealthCheckPath"], shop["Matcher"]) == (
        "HTTPS",
        "/",
        {"HttpCode": "200-499"},
    )
    desktops, targets = health(theirs, "desktops")
    assert (desktops["TargetType"], desktops["HealthCheckProtocol"]) == ("instance", "TCP") and len(targets) == 1
    printer_group, targets = health(theirs, "printer")
    assert printer_group["TargetType"] == "ip" and targets == [theirs.ids["printer"]]
    (front,) = theirs.elbv2.describe_load_balancers(Names=["tokyo-pub-shop"])["LoadBalancers"]
    assert front["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off" and front["Scheme"] == "internal"
    told = theirs.elbv2.describe_tags(ResourceArns=[front["LoadBalancerArn"]])["TagDescriptions"][0]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in told} == {
        **TAGS,
        "Name": "tokyo-pub-shop",
        "privatelink:published": "shop",
    }


LOOK = ["DescribeSubnets", "DescribeVpcs"]
LEFT = ["DescribeLoadBalancers", "DescribeTargetGroups", "DescribeTags", "DescribeVpcEndpointServiceConfigurations"]
FRONT = [
    "DescribeLoadBalancers",
    "DescribeTargetGroups",
    "DescribeTags",
    "DescribeTargetHealth",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
]


def test_a_run_that_finds_nothing_to_do(run, cloud, theirs, options):
    theirs.instance()
    theirs.settle()
    run(MODULE, HERE, published=[DESKTOPS], **options)
    result = run(MODULE, HERE, published=[DESKTOPS], **options)

    assert not result["changed"] and result["gone"] == [] and result["spare"] == []
    assert cloud.calls == [*LOOK, "DescribeInstances", "DescribeSecurityGroups", *LEFT, *FRONT]


def test_all_of_each_kind_are_idempotent(run, options, everything):
    run(MODULE, HERE, published=everything, **options)
    assert not run(MODULE, HERE, published=everything, **options)["changed"]


def test_an_instance_more_with_the_tag_is_registered(run, theirs, options):
    theirs.instance()
    theirs.settle()
    run(MODULE, HERE, published=[DESKTOPS], **options)
    theirs.ec2.create_tags(Resources=[theirs.instance("another", 3389)], Tags=[{"Key": "role", "Value": "desktop"}])
    theirs.settle()
    result = run(MODULE, HERE, published=[DESKTOPS], **options)

    assert verbs(result) == ["register"] and len(health(theirs, "desktops")[1]) == 2


def test_ports_come_and_go(run, theirs, options):
    theirs.instance("printer", 9100)
    theirs.settle()
    printers = theirs.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["printer"]}])
    allowed = {"IpProtocol": "tcp", "FromPort": 631, "ToPort": 631, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    group_id = printers["SecurityGroups"][0]["GroupId"]
    theirs.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[allowed])
    run(MODULE, HERE, published=[printer(theirs)], **options)

    more = run(MODULE, HERE, published=[printer(theirs, 9100, 631)], **options)
    assert verbs(more) == ["create_target_group", "register", "create_listener"]
    less = run(MODULE, HERE, published=[printer(theirs, 631)], **options)
    assert verbs(less) == ["delete_listener", "delete_target_group"]


def test_an_address_outside_of_the_vpc_is_registered_for_all_zones(run, theirs, options):
    """On premises, say: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html"""
    away = {"name": "licences", "kind": "ip", "addresses": ["192.168.7.20"], "ports": [27000]}
    run(MODULE, HERE, published=[away], **options)

    group, _targets = health(theirs, "licences")
    (told,) = theirs.elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert told["Target"] == {"Id": "192.168.7.20", "Port": 27000, "AvailabilityZone": "all"}
    assert not run(MODULE, HERE, published=[away], **options)["changed"]


WRONG = [
    pytest.param(
        lambda t: t.nlb("shop", 443),
        [SHOP],
        ["published[0].load_balancer: found shop, of type network"],
        id="no alb but an nlb",
    ),
    pytest.param(
        lambda t: t.alb(cidr="10.0.1.0/24"),
        [SHOP],
        ["published[0].ports: found shop, whose sg-"],
        id="an alb's group shuts the load balancer out",
    ),
    pytest.param(
        lambda t: publish(t, t.nlb()),
        [LEDGER],
        ["published[0].load_balancer: found ledger, which vpce-svc-"],
        id="somebody else publishes it",
    ),
    pytest.param(
        lambda t: t.nlb(groups=[t.group("ledger", 5432)]),
        [LEDGER],
        ["published[0].load_balancer: found ledger, whose groups, enforced on PrivateLink traffic, shut 172.16.0.0/16"],
        id="its groups are enforced",
    ),
    pytest.param(
        lambda t: t.auto_scaling_group(HealthCheckType="ELB"),
        [JOBS],
        ["published[0].auto_scaling_group: found jobs, which replaces instances that load balancers find unwell"],
        id="an Auto Scaling group that would replace instances",
    ),
    pytest.param(
        lambda t: t.instance(port=22),
        [DESKTOPS, {"name": "one", "kind": "instances", "instance_ids": ["i-0123456789abcdef0"], "ports": [22]}],
        ["published[0].ports: found i-", "published[1].instance_ids: found i-0123456789abcdef0, which is not there"],
        id="an instance's group shuts the load balancer out, another instance is not there",
    ),
    pytest.param(
        lambda t: t.instance("printer", 22),
        [printer],
        ["published[0].ports: found 10.0."],
        id="an address's group shuts the load balancer out",
    ),
    pytest.param(
        lambda t: (t.alb(), t.nlb()),
        [{**SHOP, "ports": [1]}, {**LEDGER, "ports": [2]}],
        ["published[0].ports: found 1,", "published[1].ports: found 2,"],
        id="all at once",
    ),
]


def test_the_preflight_tells_what_there_is(run, cloud, theirs, everything):
    given = {"link": "tokyo", "side": HERE, "az_ids": ["apne1-az1", "apne1-az4"]}
    result = run("link_preflight", HERE, published=everything, existing_network=network_of(theirs), **given)

    things = result["things"]
    assert result["vpc_id"] == theirs.vpc_id and things["load_balancers"].keys() == {"shop", "ledger"}
    assert things["load_balancers"]["shop"]["listeners"] == {"443": "HTTPS"}
    assert things["auto_scaling_groups"].keys() == {"jobs"} and list(things["tagged"]) == ["desktops"]
    assert list(things["interfaces"]) == [theirs.ids["printer"]]
    assert writes(cloud) == ["GetCallerIdentity"]


def network_of(theirs):
    return {"vpc_id": theirs.vpc_id, "private_subnet_ids": theirs.subnet_ids}


def publish(theirs, arn):
    theirs.settle()
    theirs.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], AcceptanceRequired=True)


@pytest.mark.parametrize(("make", "entries", "expected"), WRONG)
def test_what_stands_in_the_way_is_told_before_anything_is_made(run, cloud, theirs, options, make, entries, expected):
    make(theirs)
    theirs.settle()
    entries = [entry(theirs) if callable(entry) else entry for entry in entries]
    result = run(MODULE, HERE, published=entries, consumer_cidrs=["172.16.0.0/16"], **options)

    assert result["failed"] and writes(cloud) == [], result
    told = result["failure"]["mistakes"]
    assert len(told) == len(expected), told
    assert all(line.startswith(beginning) for line, beginning in zip(told, expected, strict=True)), told


def test_an_auto_scaling_group_may_replace_instances_when_that_is_meant(run, theirs, options):
    theirs.auto_scaling_group(HealthCheckType="ELB")
    result = run(MODULE, HERE, check=True, published=[{**JOBS, "replace_unhealthy": True}], **options)
    assert result["changed"]


def test_what_is_in_another_vpc_is_told(run, cloud, network, options):
    other = network(HERE)
    Theirs(cloud, other.vpc_id, other.subnet_ids).alb()
    cloud.time.advance(60)
    result = run(MODULE, HERE, published=[SHOP], **options)

    assert result["failed"] and f"published[0].kind: found shop in {other.vpc_id}; allowed: what is in" in result["msg"]


def test_a_network_load_balancer_of_another_vpc_is_published_as_it_is(run, cloud, network, options):
    other = network(HERE)
    arn = Theirs(cloud, other.vpc_id, other.subnet_ids).nlb()
    cloud.time.advance(60)
    result = run(MODULE, HERE, published=[LEDGER], **options)

    assert not result["changed"] and result["published"][0]["load_balancer_arn"] == arn


def test_an_entry_that_left_the_list_is_told_and_goes_when_it_is_asked_to(run, cloud, theirs, options, everything):
    run(MODULE, HERE, published=everything, **options)
    kept = run(MODULE, HERE, published=everything[:2], **options)
    assert not kept["changed"] and kept["gone"] == kept["spare"] == ["desktops", "jobs", "printer"]

    before = snapshot(theirs)
    gone = run(MODULE, HERE, published=everything[:2], purge=True, **options)
    assert gone["gone"] == ["desktops", "jobs", "printer"] and gone["spare"] == []
    assert "detach_auto_scaling_group" in verbs(gone)
    after = snapshot(theirs)
    before["auto_scaling"][0].pop("TargetGroupARNs"), after["auto_scaling"][0].pop("TargetGroupARNs")
    assert after == before
    again = run(MODULE, HERE, published=everything[:2], purge=True, **options)
    assert not again["changed"] and again["gone"] == []


def test_a_kind_that_changes_gets_a_target_group_of_its_own(run, theirs, options):
    id_ = theirs.instance()
    theirs.settle()
    run(MODULE, HERE, published=[DESKTOPS], **options)
    by_address = {"name": "desktops", "kind": "ip", "addresses": [theirs.ids["desktop"]], "ports": [3389]}
    result = run(MODULE, HERE, published=[by_address], **options)

    assert verbs(result) == ["create_target_group", "register", "modify_listener", "delete_target_group"], id_


def test_absent_and_absent_twice(run, cloud, theirs, options, everything):
    before = snapshot(theirs)
    run(MODULE, HERE, published=everything, **options)
    result = run(MODULE, HERE, state="absent", tags=TAGS)

    assert result["changed"] and snapshot(theirs) == before
    again = run(MODULE, HERE, state="absent", tags=TAGS)
    assert not again["changed"] and writes(cloud) == []


def test_target_groups_that_a_killed_run_left_are_found(run, theirs, options, everything):
    run(MODULE, HERE, published=everything, **options)
    for one in theirs.elbv2.describe_load_balancers()["LoadBalancers"]:
        if one["LoadBalancerName"].startswith("tokyo-"):
            theirs.elbv2.delete_load_balancer(LoadBalancerArn=one["LoadBalancerArn"])
    result = run(MODULE, HERE, state="absent", tags=TAGS)

    assert sorted(set(verbs(result))) == ["delete_target_group", "deregister", "detach_auto_scaling_group"]
    groups = theirs.elbv2.describe_target_groups()["TargetGroups"]
    assert [one["TargetGroupName"] for one in groups] == ["ledger"]


def test_one_that_is_published_is_not_deleted(run, cloud, theirs, options):
    theirs.instance()
    theirs.settle()
    made = run(MODULE, HERE, published=[DESKTOPS], **options)["published"][0]
    own = {**TAGS, "privatelink:published": "desktops"}
    service = {"name": "tokyo-published-desktops", "load_balancer_arns": [made["load_balancer_arn"]], "tags": own}
    run("endpoint_service", HERE, **service)
    result = run(MODULE, HERE, published=[], purge=True, **options)
    assert result["failed"] and "ResourceInUse" in result["msg"]

    run("endpoint_service", HERE, **service, state="absent")
    assert run(MODULE, HERE, published=[], purge=True, **options)["changed"]
    assert run(MODULE, HERE, published=[], **options)["gone"] == []


def test_namesakes_without_our_tags_stay(run, theirs, options):
    theirs.nlb("tokyo-pub-alien")
    result = run(MODULE, HERE, state="absent", tags=TAGS)
    assert not result["changed"] and result["gone"] == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param({"name": "x", "kind": "rdp", "ports": [1]}, "published[0].kind: found 'rdp'", id="kind"),
        pytest.param({**DESKTOPS, "ports": [0]}, "published[0].ports[0]: found 0 (number)", id="port"),
        pytest.param({"kind": "nlb"}, "published[0].name: found nothing", id="name"),
    ],
)
def test_invalid(run, cloud, options, entry, message):
    result = run(MODULE, HERE, published=[entry], **options)
    assert result["failed"] and message in result["msg"] and cloud.calls == []
