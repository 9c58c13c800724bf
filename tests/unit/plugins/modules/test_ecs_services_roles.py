"""ecs_services: the roles a service has to itself, and what it may do with them."""

from __future__ import annotations

from unit.plugins.modules.fleet import BILLING, ORDERS, OWN_ROLES, SSM, row, writes


def test_a_service_with_secrets_may_read_exactly_these(converge, account, secretive):
    assert row(converge(secretive, BILLING, **OWN_ROLES))["error"] is None
    definition = account.definition("tokyo-orders-stable")
    role = "arn:aws:iam::222222222222:role/privatelink/tokyo/isolated/services/tokyo-service-orders-execution"
    assert definition["executionRoleArn"] == role
    assert account.policy("tokyo-service-orders-execution") == [
        OWN_ROLES["execution_policy"][0],
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": [secretive["secrets"]["PASSWORD"].removesuffix(":password::")],
        },
        {"Effect": "Allow", "Action": ["ssm:GetParameters"], "Resource": [f"{SSM}key"]},
        {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": secretive["secret_keys"]},
    ]
    assert account.policy("tokyo-service-orders-task") == [
        OWN_ROLES["task_policy"][0],
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::shop/*"]},
    ]
    assert account.services()["tokyo-orders-stable"]["runningCount"] == 1
    container = definition["containerDefinitions"][0]
    assert [secret["name"] for secret in container["secrets"]] == ["KEY", "PASSWORD"]
    assert account.definition("tokyo-billing-stable")["executionRoleArn"].endswith("role/tokyo-execution")
    assert converge(secretive, BILLING, **OWN_ROLES)["changed"] is False
    assert converge(secretive, BILLING, verify_live="full", **OWN_ROLES)["changed"] is False


def test_no_value_of_a_secret_is_told(converge, secretive, capsys):
    result = converge(secretive, **OWN_ROLES)
    assert '"p"' not in str(result) and "password" in str(result)
    leaked = converge({**ORDERS, "secrets": {"KEY": "hunter2"}}, **OWN_ROLES)
    assert leaked["failed"] and "services[0].secrets.KEY: found a text" in leaked["msg"]
    assert "hunter2" not in leaked["msg"]


def test_roles_go_once_nothing_runs_with_them(converge, account, secretive, cloud):
    converge(secretive, **OWN_ROLES)
    assert row(converge(ORDERS, **OWN_ROLES))["error"] is None
    assert account.roles() == []
    last = max(cloud.calls.index(call) for call in ("UpdateService", "DescribeServices"))
    assert last < cloud.calls.index("DeleteRole")
    assert converge(ORDERS, **OWN_ROLES)["changed"] is False


def test_roles_go_with_their_service(converge, account, secretive):
    converge(secretive, BILLING, **OWN_ROLES)
    converge(BILLING, **OWN_ROLES)
    assert account.roles() == []


def test_another_secret_changes_the_policy_before_a_task_needs_it(converge, account, secretive, cloud):
    converge(secretive, **OWN_ROLES)
    fewer = {**secretive, "secrets": {"KEY": f"{SSM}key"}, "secret_keys": []}
    assert row(converge(fewer, **OWN_ROLES))["error"] is None
    written = writes(cloud)
    assert written.index("PutRolePolicy") < written.index("RegisterTaskDefinition")
    assert [statement["Action"] for statement in account.policy("tokyo-service-orders-execution")] == [
        ["logs:PutLogEvents"],
        ["ssm:GetParameters"],
    ]


def test_roles_need_to_know_their_account(converge, cloud):
    result = converge({**ORDERS, "secrets": {"KEY": f"{SSM}key"}})
    assert "account_id: nothing, and a service with roles of its own" in result["msg"] and writes(cloud) == []
