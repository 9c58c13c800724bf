"""security_groups: all groups of a side in one call, naming each other in a circle."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "security_groups", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
ALB = {
    "name": "tokyo-services-alb",
    "description": "load balancers",
    "ingress": [{"cidrs": ["10.0.0.0/16", "10.1.0.0/16"], "ports": [443]}],
    "egress": [{"group": "tokyo-services", "ports": [8443, 9443]}],
}
SERVICES = {
    "name": "tokyo-services",
    "description": "tasks",
    "ingress": [{"group": "tokyo-services-alb", "ports": [8443, 9443]}],
    "egress": [{"prefix_list": "com.amazonaws.ap-northeast-1.s3", "ports": [443], "rule_description": "images"}],
}
GROUPS = [ALB, SERVICES]


@pytest.fixture
def wanted(network):
    return {"vpc_id": network(ACCOUNT).vpc_id, "groups": GROUPS, "tags": TAGS}


@pytest.fixture
def rules(cloud):
    """rules() -> {group: (ingress, egress)} as few words, of the groups whose names begin with the link's."""
    ec2 = cloud.client("ec2", ACCOUNT)

    def look():
        groups = ec2.describe_security_groups()["SecurityGroups"]
        names = {group["GroupId"]: group["GroupName"] for group in groups}
        return {
            group["GroupName"]: (_words(group["IpPermissions"], names), _words(group["IpPermissionsEgress"], names))
            for group in groups
            if group["GroupName"].startswith("tokyo-")
        }

    return look


def _words(permissions, names):
    return sorted(
        f"{one.get('FromPort', 'all')} {peer}"
        for one in permissions
        for peer in (
            *(item["CidrIp"] for item in one.get("IpRanges", [])),
            *(names[item["GroupId"]] for item in one.get("UserIdGroupPairs", [])),
            *("prefix list" for _item in one.get("PrefixListIds", [])),
        )
    )


WHOLE = {
    "tokyo-services-alb": (
        ["443 10.0.0.0/16", "443 10.1.0.0/16"],
        ["8443 tokyo-services", "9443 tokyo-services"],
    ),
    "tokyo-services": (
        ["8443 tokyo-services-alb", "9443 tokyo-services-alb"],
        ["443 prefix list"],
    ),
}


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        pytest.param([ALB, ALB], "groups[1].name: tokyo-services-alb; allowed: a name of its own", id="twice"),
        pytest.param(
            [{**ALB, "egress": [{"group": "a", "cidrs": ["10.0.0.0/16"]}]}],
            "groups[0].egress[0]: group, cidrs; allowed: one of group, cidrs, prefix_list",
            id="two peers",
        ),
        pytest.param(
            [{**ALB, "egress": [{"prefix_list": "s4", "protocol": "-1"}]}],
            "prefix_list: s4; allowed: a prefix list",
            id="no such list",
        ),
        pytest.param(
            [{**ALB, "ingress": [{"group": "tokyo-services", "addresses_of": "tokyo-services", "ports": [443]}]}],
            "missing parameter(s) required by 'addresses_of': cidrs",
            id="no addresses",
        ),
        pytest.param(
            [{**ALB, "egress": [{"cidrs": ["10.0.0.0/16"]}]}],
            "groups[0].egress[0].ports: nothing; allowed: ports, with tcp",
            id="no ports",
        ),
    ],
)
def test_invalid(run, rules, wanted, groups, message):
    result = run(MODULE, ACCOUNT, **{**wanted, "groups": groups})

    assert result["failed"] and message in result["msg"]
    assert not rules()


def test_check_on_an_empty_account(run, rules):
    result = run(MODULE, ACCOUNT, check=True, groups=GROUPS, tags=TAGS, vpc_id=None)

    assert result["changed"] and not rules()
    assert result["security_group_ids"] == {"tokyo-services": None, "tokyo-services-alb": None}
    assert list(result["diff"]["after"]) == ["tokyo-services", "tokyo-services-alb"]


def test_a_real_run_refuses_an_unknown_vpc(run, rules):
    result = run(MODULE, ACCOUNT, groups=GROUPS, tags=TAGS, vpc_id=None)

    assert result["failed"] and "vpc_id: no value" in result["msg"] and not rules()


def test_an_empty_list_of_addresses_is_nobody(run, rules, wanted):
    nobody = [{**ALB, "ingress": [{"cidrs": [], "ports": ["8080"]}], "egress": []}]
    assert not run(MODULE, ACCOUNT, **{**wanted, "groups": nobody}).get("failed")
    assert rules() == {"tokyo-services-alb": ([], [])}


def test_an_empty_list_of_ports_is_none(run, rules, wanted):
    """Nor is a group looked for that such a rule names."""
    none = [{**ALB, "ingress": [], "egress": [{"group": "tokyo-none", "ports": []}]}]
    assert not run(MODULE, ACCOUNT, **{**wanted, "groups": none}).get("failed")
    assert rules() == {"tokyo-services-alb": ([], [])}


def test_a_group_that_is_only_kept(run, rules, wanted):
    """It is not made, but stays when it is there: something may still hold it."""
    kept = [{**ALB, "create": False}, SERVICES]
    assert not run(MODULE, ACCOUNT, **{**wanted, "groups": [{**ALB, "create": False}]})["changed"]
    made = run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, **{**wanted, "groups": kept})
    assert not result["changed"] and result["security_group_ids"] == made["security_group_ids"]

    bare = {**ALB, "create": False, "ingress": [], "egress": []}
    result = run(MODULE, ACCOUNT, **{**wanted, "groups": [bare, SERVICES]})
    assert result["changed"] and rules() == {**WHOLE, "tokyo-services-alb": ([], [])}


def test_create(run, rules, wanted):
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert rules() == WHOLE
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert all(group_id.startswith("sg-") for group_id in result["security_group_ids"].values())


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, wanted, check):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, check=check, **wanted)

    assert not result["changed"] and cloud.calls == ["DescribeSecurityGroups", "DescribePrefixLists"]


@pytest.mark.parametrize("changes", range(1, 8))
def test_killed_and_run_again(run, rules, wanted, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **wanted)
    run(MODULE, ACCOUNT, **wanted)

    assert rules() == WHOLE
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


def test_rules_are_added_before_others_are_revoked(run, cloud, rules, wanted):
    run(MODULE, ACCOUNT, **wanted)
    moved = {**SERVICES, "ingress": [{"group": "tokyo-services-alb", "ports": [9443, 7443]}]}
    result = run(MODULE, ACCOUNT, **{**wanted, "groups": [ALB, moved]})

    assert [action["verb"] for action in result["actions"]] == ["authorize", "revoke"]
    assert rules()["tokyo-services"][0] == ["7443 tokyo-services-alb", "9443 tokyo-services-alb"]


def test_a_group_that_is_not_listed_goes(run, rules, wanted):
    run(MODULE, ACCOUNT, **wanted)
    alone = {**ALB, "egress": []}
    result = run(MODULE, ACCOUNT, **{**wanted, "groups": [alone]})

    assert result["changed"] and rules() == {"tokyo-services-alb": (WHOLE["tokyo-services-alb"][0], [])}


def test_what_may_still_be_used_stays_until_it_is_purged(run, cloud, rules, wanted):
    """A group that is not listed any more, and the rules that lead to it; a hole to the world is closed at once."""
    run(MODULE, ACCOUNT, **wanted)
    group_id = run(MODULE, ACCOUNT, **wanted)["security_group_ids"]["tokyo-services-alb"]
    world = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    cloud.client("ec2", ACCOUNT).authorize_security_group_ingress(GroupId=group_id, IpPermissions=[world])
    alone = {**wanted, "groups": [{**ALB, "egress": []}]}

    result = run(MODULE, ACCOUNT, purge=False, **alone)
    assert result["leaving"] == [
        "tokyo-services",
        "tokyo-services-alb: tcp 8443 to group tokyo-services",
        "tokyo-services-alb: tcp 9443 to group tokyo-services",
    ]
    assert [action["verb"] for action in result["actions"]] == ["revoke"]
    assert rules() == WHOLE
    assert not run(MODULE, ACCOUNT, purge=False, **alone)["changed"]

    result = run(MODULE, ACCOUNT, **alone)
    assert [action["verb"] for action in result["actions"]] == ["vacate", "revoke", "revoke", "revoke", "delete"]
    assert result["leaving"] == [] and rules() == {"tokyo-services-alb": (WHOLE["tokyo-services-alb"][0], [])}


def test_the_addresses_of_a_group_stay_and_go_as_the_group_does(run, rules, wanted):
    """Those of a load balancer that PrivateLink leads to; other addresses are shut out at once."""
    nodes = {"cidrs": ["10.0.1.0/24"], "addresses_of": "tokyo-services-alb"}
    behind = [{**nodes, "ports": [8443]}, {**nodes, "ports": [9443]}, {"cidrs": ["10.9.0.0/24"], "ports": [8080]}]
    run(MODULE, ACCOUNT, **{**wanted, "groups": [ALB, {**SERVICES, "ingress": behind}]})
    less = {**wanted, "groups": [ALB, {**SERVICES, "ingress": [{**nodes, "cidrs": ["10.0.2.0/24"], "ports": [8443]}]}]}

    result = run(MODULE, ACCOUNT, purge=False, **less)
    assert rules()["tokyo-services"][0] == ["8443 10.0.1.0/24", "8443 10.0.2.0/24", "9443 10.0.1.0/24"]
    assert result["leaving"] == [
        "tokyo-services: tcp 8443 from cidr 10.0.1.0/24",
        "tokyo-services: tcp 9443 from cidr 10.0.1.0/24",
    ]
    assert not run(MODULE, ACCOUNT, purge=False, **less)["changed"]

    result = run(MODULE, ACCOUNT, **less)
    assert rules()["tokyo-services"][0] == ["8443 10.0.2.0/24"] and result["leaving"] == []


def test_nobody_loses_a_rule_while_he_is_in_a_group_that_goes(run, cloud, rules, wanted):
    group_id = run(MODULE, ACCOUNT, **wanted)["security_group_ids"]["tokyo-services"]
    ec2 = cloud.client("ec2", ACCOUNT)
    (subnet, *_others) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [wanted["vpc_id"]]}])["Subnets"]
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]
    # moto 5.2.5 takes groups here only
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[group_id])
    alone = {**wanted, "groups": [{**ALB, "egress": []}], "wait_timeout": 5}

    result = run(MODULE, ACCOUNT, **alone)
    assert result["failed"] and interface["NetworkInterfaceId"] in result["msg"]
    assert rules() == WHOLE

    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    assert run(MODULE, ACCOUNT, **alone)["changed"] and list(rules()) == ["tokyo-services-alb"]


@pytest.mark.parametrize("changes", [1, 2, 4])
def test_tear_down_killed_and_run_again(run, rules, wanted, killed_after, changes):
    run(MODULE, ACCOUNT, **wanted)
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, state="absent", tags=TAGS)
    run(MODULE, ACCOUNT, state="absent", tags=TAGS)

    assert not rules()
    assert not run(MODULE, ACCOUNT, state="absent", tags=TAGS)["changed"]


def test_what_is_not_ours_stays(run, cloud, rules, wanted):
    ec2 = cloud.client("ec2", ACCOUNT)
    ec2.create_security_group(GroupName="tokyo-other", Description="foreign", VpcId=wanted["vpc_id"])
    run(MODULE, ACCOUNT, **wanted)
    run(MODULE, ACCOUNT, state="absent", tags=TAGS)

    assert list(rules()) == ["tokyo-other"]


def test_a_tear_down_takes_the_groups_of_two_networks(run, cloud, rules, network, wanted):
    """Groups of one name in two VPCs, which two first runs at once make."""
    ec2 = cloud.client("ec2", ACCOUNT)
    first = run(MODULE, ACCOUNT, **wanted)["security_group_ids"].values()
    ec2.create_tags(Resources=list(first), Tags=[{"Key": "privatelink:link", "Value": "hidden"}])
    run(MODULE, ACCOUNT, **{**wanted, "vpc_id": network(ACCOUNT).vpc_id})
    ec2.create_tags(Resources=list(first), Tags=[{"Key": "privatelink:link", "Value": "tokyo"}])
    result = run(MODULE, ACCOUNT, state="absent", tags=TAGS)

    assert "failed" not in result and not rules()
    assert not run(MODULE, ACCOUNT, state="absent", tags=TAGS)["changed"]
