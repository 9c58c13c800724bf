# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Many AWS calls at a time, never more than AWS and a small machine like. PRIVATE to the collection."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import CALLS_AT_ONCE

T = TypeVar("T")
R = TypeVar("R")

_thread = threading.local()


@functools.cache
def _workers() -> ThreadPoolExecutor:
    """The same ones all through a module's life, whoever has work for them."""
    return ThreadPoolExecutor(max_workers=CALLS_AT_ONCE, initializer=lambda: setattr(_thread, "is_worker", True))


def in_parallel(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The results in the order of the items; raises what the first failing one raised.

    A worker that has many things to do does them itself: were it to wait for others, all might wait.
    """
    wanted = list(items)
    if len(wanted) < 2 or getattr(_thread, "is_worker", False):
        return [work(item) for item in wanted]
    return list(_workers().map(work, wanted))


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """The results of a few jobs that have work for the workers each; raises what the first failing one raised."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        return list(pool.map(lambda job: job(), jobs))


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
