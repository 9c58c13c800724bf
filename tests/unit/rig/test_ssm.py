"""Parameter Store: when something was written, and what time it is now, by one clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime


def test_how_old_a_parameter_is_can_be_told_from_one_answer(cloud):
    """As the canary module does, to find out whether the holder of a lock is alive."""
    ssm = cloud.client("isolated", "ssm")
    ssm.put_parameter(Name="/shop/lock", Value="alice", Type="String")
    ages = []
    for seconds in (0, 90):
        cloud.clock.advance(seconds)
        answer = ssm.get_parameter(Name="/shop/lock")
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        ages.append((now - answer["Parameter"]["LastModifiedDate"]).total_seconds())
    assert -1 <= ages[0] <= 0 and abs(ages[1] - ages[0] - 90) <= 1
