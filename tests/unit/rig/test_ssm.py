"""Parameter Store: when something was written, by the cloud's own clock; how many it tells of at once."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError


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


@pytest.mark.parametrize(("asked", "pages"), [({}, [10, 2]), ({"MaxResults": 50}, [12]), ({"MaxResults": 6}, [6, 6])])
def test_as_many_parameters_at_once_as_are_asked_for(cloud, asked, pages):
    ssm = cloud.client("isolated", "ssm")
    for number in range(12):
        ssm.put_parameter(Name=f"/shop/{number:02}", Value="x", Type="String")
    below = [{"Key": "Path", "Option": "Recursive", "Values": ["/shop"]}]
    answer = ssm.describe_parameters(ParameterFilters=below, **asked)
    told = [[one["Name"] for one in answer["Parameters"]]]
    while "NextToken" in answer:
        answer = ssm.describe_parameters(ParameterFilters=below, NextToken=answer["NextToken"], **asked)
        told.append([one["Name"] for one in answer["Parameters"]])
    assert [len(page) for page in told] == pages
    assert sorted(sum(told, [])) == [f"/shop/{number:02}" for number in range(12)]


def test_no_more_than_fifty_parameters_at_once(cloud):
    with pytest.raises(ClientError, match="ValidationException"):
        cloud.client("isolated", "ssm").describe_parameters(MaxResults=51)
