"""When more waits than may, it is refused with a time to come again, and no longer than that."""

import pytest

from netdiag.service.daemon.asked import OverloadedError
from netdiag.service.daemon.backlog import Backlog
from netdiag.service.daemon.settings import ServeSettings
from netdiag.store.database import StoreError


def backlog(count: list[int]) -> Backlog:
    async def told(most: int) -> int:
        if not count:
            raise StoreError("the store is away")
        return min(count[-1], most)

    return Backlog(lambda: ServeSettings(waiting=3, at_once=1), told)


async def test_as_much_as_may_wait_is_taken_and_more_is_refused_for_a_while() -> None:
    waits = backlog([3])
    for _ in range(3):
        await waits.admit()
        waits.begun()
    with pytest.raises(OverloadedError, match="3 diagnoses are waiting") as refused:
        await waits.admit()
    assert refused.value.retry_after_s > 0
    assert waits.full


async def test_what_others_did_is_seen_before_anything_is_refused() -> None:
    count = [0]
    waits = backlog(count)
    for _ in range(5):
        waits.begun()
    await waits.admit()
    assert waits.waiting == 0
    waits.ended()
    assert waits.waiting == 0


async def test_without_the_engine_the_own_count_stands() -> None:
    waits = backlog([])
    for _ in range(3):
        waits.begun()
    with pytest.raises(OverloadedError):
        await waits.admit()
