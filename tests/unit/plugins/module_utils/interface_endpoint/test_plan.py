"""(wanted, found) -> what is to be done about endpoints, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    Address,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import FULL_ACCESS
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.interface_endpoint.scenery import (
    FIXED,
    FOUND,
    GATEWAY,
    LISTS,
    PARAMS,
    SOMEBODYS,
    desired,
    found,
)

BALANCED = {"type": "GatewayLoadBalancer", "subnet_ids": ["subnet-1"], "security_group_ids": None}
ONE_ZONE = {"type": "GatewayLoadBalancer", "subnet_ids": ("subnet-1",), "security_group_ids": ()}
BARE = {"type": "Gateway", "subnet_ids": (), "security_group_ids": ()}


def steps(made):
    return [(change.verb, change.values.get("endpoint_id")) for change in made.changes]


PLANS = [
    pytest.param({}, [], [("create", None)], id="nothing there"),
    pytest.param({}, [{}], [], id="as wanted"),
    pytest.param({}, [{"state": "pendingAcceptance"}], [], id="waiting for its provider is present"),
    pytest.param({}, [{"state": "pending"}], [], id="pending is present"),
    pytest.param({}, [{"state": "partial"}], [], id="partial is present"),
    pytest.param({}, [{"state": "deleting"}], [("create", None)], id="deleting is not present"),
    pytest.param({}, [{"state": "deleted"}], [("create", None)], id="deleted is not present"),
    pytest.param({}, [{"name": "other"}], [("delete", "vpce-1"), ("create", None)], id="another name is not this one"),
    *(
        pytest.param(
            {"replace": True}, [{"state": state}], [("delete", "vpce-1"), ("create", None)], id=f"{state}, replaced"
        )
        for state in ("rejected", "failed", "expired")
    ),
    pytest.param({}, [{"endpoint_id": "vpce-0", "state": "rejected"}, {}], [], id="dead next to a living one"),
    pytest.param(
        {"replace": True},
        [{"endpoint_id": "vpce-0", "state": "rejected"}, {}],
        [("delete", "vpce-0")],
        id="dead next to a living one, tidied",
    ),
    *(
        pytest.param(
            {"replace": True, **({"service_region": "eu-west-1"} if option == "service_region" else {})},
            [{option: other}],
            [("delete", "vpce-1"), ("create", None)],
            id=f"other {option}, replaced",
        )
        for option, other in (
            ("service_name", "com.x"),
            ("vpc_id", "vpc-2"),
            ("type", "GatewayLoadBalancer"),
            ("service_region", "us-east-1"),
        )
    ),
    pytest.param({"vpc_id": None}, [{}], [], id="a VPC not known cannot be told to differ"),
    pytest.param({"service_region": "eu-west-1"}, [{"service_region": None}], [], id="nor can a region not told"),
    pytest.param(BALANCED, [ONE_ZONE], [], id="load balanced, as wanted"),
    pytest.param(
        {**BALANCED, "subnet_ids": ["subnet-2"], "replace": True},
        [ONE_ZONE],
        [("delete", "vpce-1"), ("create", None)],
        id="load balanced, in another zone",
    ),
    pytest.param(
        {**BALANCED, "subnet_ids": [None]}, [ONE_ZONE], [("modify", "vpce-1")], id="load balanced, subnet not known"
    ),
    pytest.param({"subnet_ids": ["subnet-2", "subnet-1"]}, [{}], [], id="order of a list"),
    pytest.param({"subnet_ids": ["subnet-3"]}, [{}], [("modify", "vpce-1")], id="subnets"),
    pytest.param({"security_group_ids": ["sg-2"]}, [{}], [("modify", "vpce-1")], id="groups"),
    pytest.param(
        GATEWAY, [{"type": "Gateway", "subnet_ids": (), "security_group_ids": ()}], [("modify", "vpce-1")], id="tables"
    ),
    pytest.param({"private_dns_enabled": True}, [{}], [("modify", "vpce-1")], id="private DNS"),
    pytest.param(
        {"private_dns_enabled": True}, [{"state": "pendingAcceptance"}], [], id="private DNS only once accepted"
    ),
    pytest.param(
        {"private_dns_enabled": True, "service_name": "com.aws"},
        [{"state": "pending", "service_name": "com.aws"}],
        [("modify", "vpce-1")],
        id="private DNS of AWS's at once",
    ),
    pytest.param({"dns_options": {"dns_record_ip_type": "ipv4"}}, [{}], [], id="DNS records as they are"),
    pytest.param(
        {"dns_options": {"dns_record_ip_type": "service-defined"}}, [{}], [("modify", "vpce-1")], id="DNS records"
    ),
    pytest.param({"ip_address_type": "ipv4"}, [{}], [], id="address type as it is"),
    pytest.param({"ip_address_type": "dualstack"}, [{}], [("modify", "vpce-1")], id="address type"),
    pytest.param(FIXED, [{}], [], id="an address that cannot be seen is left alone"),
    pytest.param(FIXED, [{"addresses": {"subnet-1": Address(ipv4="10.0.0.9", ipv6="::1")}}], [], id="address as it is"),
    pytest.param(FIXED, [{"addresses": {"subnet-1": Address(ipv4="10.0.0.8")}}], [("modify", "vpce-1")], id="address"),
    pytest.param(FIXED, [{"subnet_ids": ("subnet-2",)}], [("modify", "vpce-1")], id="address in a new subnet"),
    pytest.param({"policy": {"Statement": []}}, [{}], [("modify", "vpce-1")], id="policy"),
    pytest.param({"policy": FOUND.policy}, [{"policy": None}], [], id="full access is the default policy"),
    pytest.param({"reset_policy": True}, [{}], [], id="default policy, as it is"),
    pytest.param({"reset_policy": True}, [{"policy": '{"Statement":[]}'}], [("modify", "vpce-1")], id="policy reset"),
    pytest.param({}, [{"tags": {**FOUND.tags, "x": "1"}}], [("unset_tags", "vpce-1")], id="tag too many"),
    pytest.param({"purge_tags": False}, [{"tags": {**FOUND.tags, "x": "1"}}], [], id="tag too many, kept"),
    pytest.param({"tags": {**PARAMS["tags"], "x": 1}}, [{}], [("set_tags", "vpce-1")], id="tag too few"),
    pytest.param({"state": "absent"}, [], [], id="absent already"),
    pytest.param({"state": "absent"}, [{}], [("delete", "vpce-1")], id="to be deleted"),
    pytest.param({"state": "absent"}, [{"state": "deleting"}], [], id="being deleted"),
    pytest.param({"state": "absent"}, [{"state": "rejected"}], [("delete", "vpce-1")], id="dead, to be deleted"),
    pytest.param(
        {"state": "absent"},
        [{}, {"endpoint_id": "vpce-2"}],
        [("delete", "vpce-1"), ("delete", "vpce-2")],
        id="twins of a mishap, to be deleted",
    ),
]


@pytest.mark.parametrize(("options", "changes", "expected"), PLANS)
def test_plan(options, changes, expected):
    made = plan(desired(**options), found(*changes))

    assert steps(made) == expected
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])


@pytest.mark.parametrize(
    ("options", "changes", "message"),
    [
        pytest.param(
            {}, [{"state": "rejected"}], "door: vpce-1 is rejected; allowed: an endpoint that can", id="rejected"
        ),
        pytest.param(
            {}, [{"state": "failed", "last_error": "Why: so"}], r"vpce-1 is failed \(Why: so\)", id="last error"
        ),
        pytest.param({}, [{"state": "expired"}], "vpce-1 is expired", id="expired"),
        pytest.param({}, [{"vpc_id": "vpc-2"}], "vpce-1: vpc_id is vpc-2, wanted vpc-1", id="other VPC"),
        pytest.param(
            {},
            [{"endpoint_id": "vpce-0", "state": "failed"}, {"vpc_id": "vpc-2"}],
            "vpce-1: vpc_id is vpc-2",
            id="the living one counts",
        ),
        pytest.param(
            {**BALANCED, "subnet_ids": ["subnet-2"]}, [ONE_ZONE], "subnet_ids is subnet-1, wanted subnet-2", id="zone"
        ),
        pytest.param(
            {},
            [{}, {"endpoint_id": "vpce-2"}],
            "interface endpoint door: 2 of them carry our tags: vpce-1, vpce-2",
            id="two",
        ),
        pytest.param(
            {"replace": True}, [{}, {"endpoint_id": "vpce-2"}], "2 of them carry our tags", id="two, even to replace"
        ),
    ],
)
def test_never_replaced_unasked(options, changes, message):
    with pytest.raises(PrivateLinkError, match=message):
        plan(desired(**options), found(*changes))


class TestRouteTables:
    here = {"type": "Gateway", "subnet_ids": (), "security_group_ids": (), "route_table_ids": ("rtb-0", "rtb-1")}

    def test_purged(self):
        [change] = plan(desired(**GATEWAY), found(self.here)).changes
        assert change.values["changed"] == {"route_table_ids": {"add": (), "remove": ("rtb-0",)}}

    def test_kept(self):
        kept = {**GATEWAY, "purge_route_tables": False}
        assert plan(desired(**kept), found(self.here)).empty
        [change] = plan(desired(**{**kept, "route_table_ids": ["rtb-2"]}), found(self.here)).changes
        assert change.values["changed"] == {"route_table_ids": {"add": ("rtb-2",), "remove": ()}}

    def test_not_known_yet(self):
        made = plan(desired(**{**GATEWAY, "route_table_ids": ["rtb-1", None]}), found(self.here))
        assert made.changes[0].why == "route_table_ids: (not known yet) wanted, rtb-0 not wanted"
        assert made.unknown == ("route_table_ids",)


class TestLists:
    def test_interfaces_and_gateways(self):
        made = plan(desired(**LISTS), Endpoints())

        assert [(one.name, one.type, one.subnet_ids, one.private_dns_enabled) for one in made.after.items] == [
            ("door-s3", "Gateway", (), False),
            ("door-ssm", "Interface", ("subnet-1", "subnet-2"), True),
        ]

    def test_both_types_of_one_service_are_two(self):
        both = {**LISTS, "services": ["s3"]}
        made = plan(desired(**both), Endpoints())
        assert steps(made) == [("create", None)] * 2
        assert list(made.as_diff()["after"]) == ["door-s3 (Gateway)", "door-s3"]

        there = [
            replace(one, endpoint_id=f"vpce-{number}", state="available", tags={**one.tags})
            for number, one in enumerate(made.after.items)
        ]
        assert plan(desired(**both), Endpoints.of(there)).empty

    @pytest.mark.parametrize("state", ["available", "rejected"])
    def test_what_is_not_listed_any_more_goes_first(self, state):
        service = "com.amazonaws.ap-northeast-1.logs"
        old = {"name": "door-logs", "service_name": service, "endpoint_id": "vpce-9", "state": state}
        made = plan(desired(**LISTS, purge_services=True), found(old))

        assert steps(made) == [("delete", "vpce-9"), ("create", None), ("create", None)]
        assert made.changes[0].why == "its service is not listed any more"
        assert made.changes[0].target == "interface endpoint door-logs"


def test_absent_says_what_there_was():
    made = plan(desired(state="absent"), found({"state": "pending"}))

    assert made.changes[0].why == "not wanted, it is pending" and made.changes[0].target == "interface endpoint door"
    assert made.changes[0].values["interfaces"] == ("eni-1", "eni-2")
    assert made.as_diff()["after"] == {} and list(made.as_diff()["before"]) == ["door"]


def test_dead_ones_are_shown_with_id_and_state():
    made = plan(desired(), found({"endpoint_id": "vpce-0", "state": "failed"}, {}))

    assert list(made.as_diff()["before"]) == ["door (vpce-0, failed)", "door"]
    assert made.as_diff()["before"] == made.as_diff()["after"]


def test_private_dns_is_put_off_at_somebody_elses_service():
    [made] = plan(desired(private_dns_enabled=True), Endpoints()).after.items
    assert made.private_dns_enabled is False

    wanted = desired(private_dns_enabled=True)
    at_once = replace(wanted, wishes=(replace(wanted.wishes[0], auto_accepted=True),))
    [made] = plan(at_once, Endpoints()).after.items
    assert made.private_dns_enabled is True


INBOUND = "private_dns_only_for_inbound_resolver_endpoint"
IDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True)
OPTIONS = st.fixed_dictionaries(
    {
        "service_name": st.sampled_from([SOMEBODYS, "com.amazonaws.ap-northeast-1.s3"]),
        "subnet_ids": IDS,
        "security_group_ids": IDS,
        "private_dns_enabled": st.sampled_from([None, True, False]),
        "dns_options": st.sampled_from([None, {"dns_record_ip_type": "ipv4"}, {INBOUND: True}, {INBOUND: False}]),
        "ip_address_type": st.sampled_from([None, "ipv4", "dualstack"]),
        "policy": st.sampled_from([None, {"Statement": []}, FULL_ACCESS]),
        "tags": st.dictionaries(st.sampled_from(["x", "y"]), st.just("1")).map(lambda tags: {**PARAMS["tags"], **tags}),
        "purge_tags": st.booleans(),
        "replace": st.just(True),
        "vpc_id": st.sampled_from(["vpc-1", "vpc-2"]),
    }
)
STATES = st.sampled_from(["available", "pending", "pendingAcceptance", "rejected", "deleting", "failed"])


@given(options=OPTIONS, before=OPTIONS, state=STATES)
def test_what_was_planned_leaves_nothing_to_do(options, before, state):
    current = Endpoints.of(
        replace(one, endpoint_id="vpce-1", state=state) for one in plan(desired(**before), Endpoints()).after.items
    )
    first = plan(desired(**options), current)
    assert first.empty == (first.as_diff()["before"] == first.as_diff()["after"])

    reached = Endpoints.of(
        replace(one, endpoint_id="vpce-2", state="pendingAcceptance") if one.endpoint_id is None else one
        for one in first.after.items
    )
    assert plan(desired(**options), reached).empty
