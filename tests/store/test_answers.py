"""Answers by caller and key, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from netdiag.store.answers import Answers, UnderWayError
from netdiag.store.database import Database
from netdiag.store.inbox import Inbox

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_an_answer_is_kept_for_the_same_body(database: Database) -> None:
    answers = Answers(database)
    assert answers.begin("api:1", "k", "{}", NOW) == (None, True)
    answers.end("api:1", "k", {"id": "7"})
    assert answers.begin("api:1", "k", "{}", NOW) == ({"id": "7"}, True)
    assert answers.begin("api:1", "k", "{ }", NOW) == (None, False)
    assert answers.begin("api:2", "k", "{}", NOW) == (None, True)


def test_while_the_first_is_at_it_the_second_is_told_so(database: Database) -> None:
    answers = Answers(database)
    answers.begin("api:1", "k", "{}", NOW)
    with pytest.raises(UnderWayError, match="not done yet"):
        answers.begin("api:1", "k", "{}", NOW + timedelta(seconds=30))


def test_one_that_was_killed_meanwhile_is_carried_out_by_the_next(database: Database) -> None:
    answers = Answers(database)
    answers.begin("api:1", "k", "{}", NOW)
    later = NOW + timedelta(minutes=3)
    assert answers.begin("api:1", "k", "{}", later) == (None, True)
    with pytest.raises(UnderWayError):
        answers.begin("api:1", "k", "{}", later)


def test_what_was_dropped_is_new_and_none_of_it_is_work_for_the_engine(database: Database) -> None:
    answers = Answers(database)
    answers.begin("api:1", "k", "{}", NOW)
    answers.drop("api:1", "k")
    assert answers.begin("api:1", "k", "{ }", NOW) == (None, True)
    assert Inbox(database).since(NOW - timedelta(hours=1)) == []
