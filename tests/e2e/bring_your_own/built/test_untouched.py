"""Nothing of theirs is tagged, changed or deleted."""

from e2e import link, sandbox
from e2e.bring_your_own import route
from e2e.theirs import company, snapshot


def test_a_target_group_in_the_auto_scaling_group_and_the_route_to_s3_are_all_that_was_touched():
    now, before = snapshot.take(), company.before()
    (jobs,) = now["isolated"]["auto scaling"]
    (added,) = jobs.pop("TargetGroupARNs")
    assert before["isolated"]["auto scaling"][0].pop("TargetGroupARNs") == []

    assert "/tokyo-pub-jobs-asg-9000/" in added
    assert route.taken_out(now) == before


def test_their_endpoint_of_an_aws_service_is_used():
    ours = [{"Name": "tag:privatelink:link", "Values": [sandbox.LINK]}]
    found = sandbox.client("isolated", "ec2").describe_vpc_endpoints(Filters=ours)["VpcEndpoints"]
    names = {one["ServiceName"].rsplit(".", 1)[-1] for one in found}
    assert "logs" not in names and {"api", "dkr", "ssm", "s3"} <= names


def test_the_door_stands_in_their_public_side():
    door = link.load_balancer("public", "service-proxy")
    assert door["VpcId"] == company.told()["public"]["vpc_id"]
