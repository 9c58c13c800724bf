"""(wanted, found) -> what is to be done about endpoints, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Endpoint, Endpoints
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.waiters import judge
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import (
    Desired,
    aws_service_name,
)
from hypothesis import given
from hypothesis import strategies as st

REGION = "ap-northeast-1"
SOMEBODYS = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-1"
PARAMS = {
    "name": "door",
    "vpc_id": "vpc-1",
    "service_name": SOMEBODYS,
    "services": None,
    "gateway_services": None,
    "type": "Interface",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "security_group_ids": ["sg-1"],
    "route_table_ids": None,
    "private_dns_enabled": None,
    "policy": None,
    "replace": False,
    "tags": {"privatelink:link": "tokyo"},
    "purge_tags": True,
    "state": "present",
    "wait": True,
    "wait_timeout": 60,
}
FOUND = Endpoint(
    name="door",
    type="Interface",
    service_name=SOMEBODYS,
    vpc_id="vpc-1",
    subnet_ids=("subnet-1", "subnet-2"),
    security_group_ids=("sg-1",),
    policy='{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
    tags={"privatelink:link": "tokyo", "Name": "door"},
    endpoint_id="vpce-1",
    state="available",
)


def desired(**options):
    return Desired.from_params({**PARAMS, **options}, REGION)


def found(*changes):
    return Endpoints.of(replace(FOUND, **change) for change in changes)


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
            {"replace": True},
            [{option: other}],
            [("delete", "vpce-1"), ("create", None)],
            id=f"other {option}, replaced",
        )
        for option, other in (("service_name", "com.x"), ("vpc_id", "vpc-2"), ("type", "GatewayLoadBalancer"))
    ),
    pytest.param({"subnet_ids": ["subnet-2", "subnet-1"]}, [{}], [], id="order of a list"),
    pytest.param({"subnet_ids": ["subnet-3"]}, [{}], [("modify", "vpce-1")], id="subnets"),
    pytest.param({"security_group_ids": ["sg-2"]}, [{}], [("modify", "vpce-1")], id="groups"),
    pytest.param({"private_dns_enabled": True}, [{}], [("modify", "vpce-1")], id="private DNS"),
    pytest.param(
        {"private_dns_enabled": True}, [{"state": "pendingAcceptance"}], [], id="private DNS only once accepted"
    ),
    pytest.param({"policy": {"Statement": []}}, [{}], [("modify", "vpce-1")], id="policy"),
    pytest.param({"policy": FOUND.policy}, [{"policy": None}], [], id="full access is the default policy"),
    pytest.param({}, [{"tags": {**FOUND.tags, "x": "1"}}], [("unset_tags", "vpce-1")], id="tag too many"),
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
    ("changes", "message"),
    [
        pytest.param([{"state": "rejected"}], "vpce-1 is rejected", id="rejected"),
        pytest.param([{"state": "failed", "last_error": "Why: so"}], r"vpce-1 is failed \(Why: so\)", id="last error"),
        pytest.param([{"state": "expired"}], "vpce-1 is expired", id="expired"),
        pytest.param([{"vpc_id": "vpc-2"}], "vpc_id is vpc-2, wanted vpc-1", id="other VPC"),
        pytest.param([{}, {"endpoint_id": "vpce-2"}], "2 of them carry our tags: vpce-1, vpce-2", id="two"),
    ],
)
def test_never_replaced_unasked(changes, message):
    with pytest.raises(PrivateLinkError, match=message):
        plan(desired(), found(*changes))


def test_one_call_changes_all_that_can_go_together():
    options = {"subnet_ids": ["subnet-2", "subnet-3"], "security_group_ids": ["sg-2"], "private_dns_enabled": True}
    [change] = plan(desired(**options), found({})).changes

    assert change.values["request"] == {
        "subnet_ids": {"add": ("subnet-3",), "remove": ("subnet-1",)},
        "security_group_ids": {"add": ("sg-2",), "remove": ("sg-1",)},
        "private_dns_enabled": True,
    }
    assert change.why == (
        "subnet_ids: subnet-3 wanted, subnet-1 not wanted; security_group_ids: sg-2 wanted, sg-1 not wanted; "
        "private_dns_enabled is False, wanted True"
    )


def test_many():
    options = {"service_name": None, "services": ["ssm"], "gateway_services": ["s3"], "route_table_ids": ["rtb-1"]}
    made = plan(desired(**options), Endpoints())

    assert [(one.name, one.type, one.subnet_ids, one.private_dns_enabled) for one in made.after.items] == [
        ("door-s3", "Gateway", (), False),
        ("door-ssm", "Interface", ("subnet-1", "subnet-2"), True),
    ]


@pytest.mark.parametrize(
    ("service", "region", "name"),
    [
        ("ecr.api", "ap-northeast-1", "com.amazonaws.ap-northeast-1.ecr.api"),
        ("ssm", "cn-north-1", "cn.com.amazonaws.cn-north-1.ssm"),
        ("com.amazonaws.eu-west-1.ssm", "ap-northeast-1", "com.amazonaws.eu-west-1.ssm"),
        ("aws.api.eu-west-1.kafka", "eu-west-1", "aws.api.eu-west-1.kafka"),
    ],
)
def test_aws_service_name(service, region, name):
    assert aws_service_name(service, region) == name


def test_private_dns_is_put_off_at_somebody_elses_service():
    wanted = desired(private_dns_enabled=True)
    [made] = plan(wanted, Endpoints()).after.items

    assert made.private_dns_enabled is False
    verdict = judge(wanted, found({}))
    assert verdict.settled and verdict.note == "vpce-1 has been accepted now: run again to enable private DNS"


@pytest.mark.parametrize(
    ("options", "changes", "settled", "note"),
    [
        pytest.param({}, [{}], True, "", id="available"),
        pytest.param({}, [{"state": "pending"}], False, "vpce-1 is pending", id="pending"),
        pytest.param({"wait": False}, [{"state": "pending"}], True, "vpce-1 is pending", id="not to wait"),
        pytest.param({"wait": False}, [], False, "interface endpoint door: made, but not seen yet", id="never unseen"),
        pytest.param(
            {},
            [{"state": "pendingAcceptance"}],
            True,
            f"vpce-1 waits for the provider of {SOMEBODYS} to accept it",
            id="the provider's turn",
        ),
        pytest.param({"state": "absent"}, [], True, "", id="gone"),
        pytest.param({"state": "absent"}, [{"state": "deleted"}], True, "", id="deleted, and still shown"),
        pytest.param({"state": "absent"}, [{"state": "deleting"}], False, "vpce-1 is deleting", id="deleting"),
        pytest.param(
            {"state": "absent", "wait": False}, [{"state": "deleting"}], True, "vpce-1 is deleting", id="not awaited"
        ),
    ],
)
def test_judge(options, changes, settled, note):
    verdict = judge(desired(**options), found(*changes))

    assert (verdict.settled, verdict.note) == (settled, note)


@pytest.mark.parametrize("state", ["rejected", "failed", "expired"])
def test_a_wait_that_became_hopeless_carries_the_last_error(state):
    with pytest.raises(WaitError, match=f"vpce-1 is {state}: ServiceFault: no capacity"):
        judge(desired(), found({"state": state, "last_error": "ServiceFault: no capacity"}))


IDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True)
OPTIONS = st.fixed_dictionaries(
    {
        "subnet_ids": IDS,
        "security_group_ids": IDS,
        "private_dns_enabled": st.sampled_from([None, True, False]),
        "policy": st.sampled_from([None, {"Statement": []}, FOUND.policy]),
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
