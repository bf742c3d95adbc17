"""Complaints alone answer no caller: his line is looked at."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.service.outages.believed import believed
from netdiag.store.database import Database
from netdiag.store.outages import Register

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
INFERRED = Outage(
    id="out-1",
    root="agg-1",
    state=OutageState.CONFIRMED,
    cause=Cause.UNKNOWN,
    origin=Origin.INFERENCE,
    since=NOW,
)


def register(directory: Path, outage: Outage, who: str, events: dict[str, int]) -> Register:
    made = Register(Database.in_directory(directory))
    made.open(outage, who, evidence={"events": events})
    return made


@pytest.mark.parametrize(
    ("events", "answers"),
    [
        ({"contact down": 31}, False),
        ({"contact down": 31, "probe up": 7, "verdict up": 8}, False),
        ({"contact down": 100, "verdict down": 3}, False),
        ({"contact down": 10, "verdict down": 3}, True),
        ({"session down": 24}, True),
        ({"trap down": 1}, True),
        ({}, False),
    ],
)
def test_an_inferred_outage_answers_when_more_speaks_for_it_than_complaints(
    tmp_path: Path, events: dict[str, int], answers: bool
) -> None:
    kept = register(tmp_path, INFERRED, "inference", events)
    assert [one.id for one in believed(kept)] == (["out-1"] if answers else [])


def test_what_a_person_says_is_believed(tmp_path: Path) -> None:
    by_hand = replace(INFERRED, origin=Origin.HAND)
    assert believed(register(tmp_path / "a", by_hand, "noc", {}))
    assert believed(register(tmp_path / "b", INFERRED, "noc", {}))
