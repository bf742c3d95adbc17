"""A sweep for which nothing was done for too long is not gone on with."""

from datetime import UTC, datetime, timedelta

import pytest

from netdiag.store.database import Database
from netdiag.store.sweeps import DEAD_AFTER, Run, SweepRunsError, Sweeps

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_what_was_planned_before_a_long_silence_is_refused(database: Database) -> None:
    sweeps = Sweeps(database)
    run = Run(
        id="s-1", site="north", scope={"site": "north"}, state="running", owner="x", total=2,
        started_at=NOON, alive_at=NOON, finished_at=None, done=0, summary={},
    )  # fmt: skip
    sweeps.begin(run)
    later = NOON + DEAD_AFTER - timedelta(seconds=1)
    sweeps.refuse_dead("s-1", later)
    sweeps.alive("s-1", 1, later)
    sweeps.refuse_dead("s-1", later + timedelta(seconds=90))
    with pytest.raises(SweepRunsError, match="interrupted at 12:01:59"):
        sweeps.refuse_dead("s-1", later + DEAD_AFTER)


def test_sweeps_that_waited_are_overtaken_by_one_that_went_later(database: Database) -> None:
    sweeps = Sweeps(database)
    scope = {"site": "north"}
    run = Run(
        id="s-2", site="north", scope=scope, state="running", owner="x", total=2,
        started_at=NOON, alive_at=NOON, finished_at=None, done=0, summary={},
    )  # fmt: skip
    sweeps.begin(run)
    due = NOON - timedelta(minutes=5)
    assert sweeps.since(scope, due) is None  # it is not done yet
    sweeps.finish("s-2", "done", 2, {}, NOON)
    found = sweeps.since(scope, due)
    assert found is not None
    assert found.id == "s-2"
    assert sweeps.since({"site": "south"}, due) is None
    assert sweeps.since(scope, NOON) is None
