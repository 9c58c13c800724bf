"""One more entry in host_vars: only its own things change, and nobody else notices."""

import time

from e2e import playbook, sandbox, services, task

NEW = "invoices"
# Tasks that may report a change when a service is added: its own resources and the catalogue.
MAY_CHANGE = ("service", "catalog")


def target_groups():
    groups = sandbox.pages(sandbox.client("isolated", "elbv2"), "describe_target_groups", "TargetGroups")
    return {group["TargetGroupArn"] for group in groups}


def rules():
    elbv2 = sandbox.client("isolated", "elbv2")
    (alb,) = elbv2.describe_load_balancers(Names=[f"{sandbox.LINK}-services-1"])["LoadBalancers"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=alb["LoadBalancerArn"])["Listeners"]
    return {rule["RuleArn"]: rule for rule in elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]}


def test_a_fourth_service_under_load(tmp_path):
    before, groups_before = rules(), target_groups()
    inventory = services.inventory_with(tmp_path, name=NEW, image=services.image("invoices:1.0.0"), port=8443)
    watched = services.targets() + [services.target(NEW)]

    with task.running(task.public_requests(watched, seconds=300)) as requester:
        grown = playbook.run("site.yml", inventory=[inventory])
        ended = time.time()
        time.sleep(5)  # the promise itself: it answers within 5 s of the play's end
        requester.stop()
        told = requester.told()

    assert grown.returncode == 0, grown.output
    strangers = [name for _host, name in grown.changed if not any(word in name.lower() for word in MAY_CHANGE)]
    assert strangers == []
    assert told[NEW]["first_ok"] - ended <= 5
    for name in services.names():
        assert told[name]["failed"] == 0, told[name]
        assert told[name]["ok"] > 100

    after = rules()
    assert {arn: after[arn] for arn in before} == before
    added = target_groups() - groups_before
    assert added
    assert all(NEW in arn for arn in added)


def test_taking_the_entry_out_removes_the_service_again():
    shrunk = playbook.run("site.yml")
    assert shrunk.returncode == 0, shrunk.output
    assert not [arn for arn in target_groups() if NEW in arn]
    ecs = sandbox.client("isolated", "ecs")
    assert not [one for one in sandbox.pages(ecs, "list_services", "serviceArns", cluster=sandbox.LINK) if NEW in one]
    told = task.ask(task.public_requests(services.targets(), seconds=2))
    assert all(answer["failed"] == 0 and answer["ok"] for answer in told.values()), told
