"""Attempts to sign in: counted once each, over all who count."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from netdiag.store.attempts import WINDOW, Attempts
from netdiag.store.database import Database
from netdiag.store.tables import attempts as table

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SOON = timedelta(seconds=10)


def test_after_some_failures_one_has_to_wait_and_then_not(database: Database) -> None:
    attempts = Attempts(database)
    for number in range(3):
        assert not attempts.begin({"anna": 3}, NOW + number * SOON)
    assert attempts.begin({"anna": 3}, NOW + 3 * SOON) == WINDOW - 3 * SOON
    assert not attempts.begin({"boris": 3}, NOW + 3 * SOON)
    assert attempts.begin({"anna": 3}, NOW + WINDOW - timedelta(seconds=1))
    assert not attempts.begin({"anna": 3}, NOW + WINDOW)


def test_what_had_to_wait_under_one_key_does_not_count_under_another(database: Database) -> None:
    attempts = Attempts(database)
    for _ in range(9):
        attempts.begin({"anna here": 1, "here": 3}, NOW)
    assert not attempts.begin({"boris here": 1, "here": 3}, NOW)
    assert not attempts.begin({"clara here": 1, "here": 3}, NOW)
    assert attempts.begin({"dora here": 1, "here": 3}, NOW) == WINDOW


def test_the_right_password_ends_the_count_and_forgives_the_address_one(
    database: Database,
) -> None:
    attempts = Attempts(database)
    for _ in range(2):
        attempts.begin({"anna here": 5, "here": 2}, NOW)
    attempts.forget("anna here")
    attempts.forgive("here")
    assert not attempts.begin({"anna here": 1, "here": 2}, NOW)
    assert attempts.begin({"anna here": 1}, NOW)


def test_of_many_at_the_same_time_no_more_pass_than_may(database: Database) -> None:
    attempts = Attempts(database)
    database.engine()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempts.begin({"anna": 5}, NOW), range(24)))
    assert sum(not wait for wait in waits) == 5


def test_neither_name_nor_address_is_kept_and_the_old_is_forgotten(database: Database) -> None:
    attempts = Attempts(database)
    attempts.begin({"192.0.2.7 anna": 5}, NOW)
    with database.read() as connection:
        assert "anna" not in str(connection.execute(select(table)).all())
    attempts.begin({"other": 5}, NOW + 2 * WINDOW)
    with database.read() as connection:
        assert len(connection.execute(select(table)).all()) == 1
