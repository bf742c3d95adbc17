"""A worker whose line to a real PostgreSQL is cut: nothing is lost, nothing is there twice."""

import asyncio
import shutil

import pytest

from bench.away import run
from bench.chaos import store_of

pytestmark = [pytest.mark.real, pytest.mark.story]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_what_is_swept_without_the_store_is_brought_once_after_a_kill() -> None:
    with store_of("postgresql") as store:
        told = asyncio.run(run(str(store), minutes=2, kills=1, count=40))
    assert told.brought.sweeps >= 2
    assert told.kills_away == 1
    assert told.brought.sweeps_lost == 0
    assert told.brought.events_lost == 0
    assert told.brought.doubled == []
    assert told.brought.missed == []
    assert told.brought.more == []
    assert told.brought.late_work == told.brought.late_findings
