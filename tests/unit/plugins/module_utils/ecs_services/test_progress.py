"""What a person is told of a long run."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.progress import Tally


@pytest.mark.parametrize(
    "total, told",
    [
        (19, []),
        (20, list(range(2, 21, 2))),
        (25, [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]),
        (1000, list(range(100, 1001, 100))),
    ],
)
def test_each_tenth_of_many_is_told(tmp_path, total, told):
    path = tmp_path / "progress"
    path.touch()
    tally = Tally(Teller(str(path)), total)
    for _service in range(total):
        tally.one_more()
    assert path.read_text().splitlines() == [f"{count} of {total} services are through" for count in told]
