"""Users and their sessions, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from netdiag.model.errors import ContentError
from netdiag.model.user import UserRole
from netdiag.store.changes import Changed, Changes
from netdiag.store.database import Database
from netdiag.store.users import IDLE, LONGEST, Users

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def users(database: Database) -> Users:
    made = Users(database)
    made.add("anna", UserRole.NOC, "digest-1", NOW)
    return made


def test_a_user_is_entered_once(users: Users) -> None:
    with pytest.raises(ContentError, match="'anna' already"):
        users.add("anna", UserRole.VIEWER, "digest-2", NOW)
    assert [(one.name, one.role) for one in users.all()] == [("anna", UserRole.NOC)]


def test_a_session_is_known_by_its_cookie_and_by_nothing_else(users: Users) -> None:
    cookie = users.sign_in("anna", NOW)
    found = users.signed_in(cookie, NOW)
    assert found is not None
    assert (found.name, found.seen_at) == ("anna", NOW)
    key, _, secret = cookie.partition(".")
    for forged in ("", ".", key, f"{key}.", f"{key}.{secret[:-1]}x", f"0{key[1:]}.{secret}"):
        assert users.signed_in(forged, NOW) is None


def test_the_store_keeps_no_cookie(users: Users, database: Database) -> None:
    secret = users.sign_in("anna", NOW).partition(".")[2]
    with database.read() as connection:
        rows = connection.execute(text("SELECT * FROM sessions")).all()
    assert secret not in str(rows)


def test_a_session_ends_unused_and_at_the_latest_after_its_longest_time(users: Users) -> None:
    cookie = users.sign_in("anna", NOW)
    assert users.signed_in(cookie, NOW + IDLE + timedelta(seconds=1)) is None
    moment = NOW
    while moment - NOW <= LONGEST - IDLE / 2:
        moment += IDLE / 2
        assert users.signed_in(cookie, moment) is not None
    assert users.signed_in(cookie, NOW + LONGEST + timedelta(seconds=1)) is None


@pytest.mark.parametrize("change", ["role", "password", "removed", "signed out"])
def test_a_session_ends_with_what_it_rests_on(users: Users, change: str) -> None:
    cookie = users.sign_in("anna", NOW)
    match change:
        case "role":
            users.change("anna", NOW, role=UserRole.VIEWER)
        case "password":
            users.change("anna", NOW, digest="digest-2")
        case "removed":
            users.remove("anna")
        case _:
            users.sign_out(cookie)
    assert users.signed_in(cookie, NOW) is None


def test_somebody_who_is_not_there_is_told_so(users: Users) -> None:
    for act in (
        lambda: users.remove("boris"),
        lambda: users.sign_in("boris", NOW),
        lambda: users.change("boris", NOW, role=UserRole.ADMIN),
    ):
        with pytest.raises(ContentError, match="no user 'boris'"):
            act()


def test_each_role_may_what_those_before_it_may() -> None:
    assert UserRole.NOC.allows(UserRole.OPERATOR)
    assert not UserRole.OPERATOR.allows(UserRole.NOC)
    assert all(UserRole.ADMIN.allows(role) for role in UserRole)


def test_what_people_changed_is_written_down(database: Database) -> None:
    changes = Changes(database)
    line = Changed(at=NOW, who="anna", what="outage.note", thing="out-1", detail="splicing")
    changes.add(line)
    assert changes.since(NOW) == [line]
    assert changes.since(NOW + timedelta(seconds=1)) == []
