"""The World is rebuilt when something changed, and is the same object while nothing did."""

from __future__ import annotations

import time

from rig.control import snapshot
from rig.control.lock import lock


def test_looking_changes_nothing(balancing, elbv2, plane, cloud):
    balancing.balancer("n", "network")
    cloud.clock.advance(60)
    before = plane.round()
    generation = snapshot.generation()
    elbv2.describe_load_balancers()
    assert plane.round() is before
    assert snapshot.generation() == generation


def test_what_the_data_plane_cannot_see_changes_nothing(balancing, elbv2, plane, cloud):
    arn = balancing.balancer("n", "network")
    cloud.clock.advance(60)
    before = plane.round()
    elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}])
    assert plane.round() is before


def test_what_happens_by_itself_is_a_change(balancing, plane, cloud):
    balancing.balancer("n", "network")
    assert not plane.round(seconds=0).load_balancers[0].active
    cloud.clock.advance(cloud.settings.delay("load_balancer"))
    assert plane.round(seconds=0).load_balancers[0].active


def test_an_unchanged_cloud_costs_next_to_nothing(fleet, plane):
    fleet.create(fleet.definition())
    plane.round(8)
    began = time.perf_counter()
    with lock:
        for _time in range(1000):
            snapshot.world()
    assert time.perf_counter() - began < 1, "well below a millisecond each"
