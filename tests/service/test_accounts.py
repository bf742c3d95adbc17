"""Signing in: passwords are checked, kept safely, and not guessed quickly."""

from datetime import UTC, datetime

import pytest

from netdiag.model.errors import ContentError
from netdiag.model.user import UserRole
from netdiag.service.board.accounts import Accounts
from netdiag.store.database import Database

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
RIGHT = "correct horse battery"


@pytest.fixture
def accounts(tmp_path):
    database = Database.in_directory(tmp_path)
    made = Accounts(database)
    made.add("anna", UserRole.NOC, RIGHT, NOW, by="root")
    yield made
    database.close()


def test_the_right_password_opens_a_session_and_a_wrong_one_does_not(accounts) -> None:
    cookie = accounts.sign_in("anna", RIGHT, NOW)
    assert cookie is not None
    assert accounts.signed_in(cookie, NOW).role is UserRole.NOC
    assert accounts.sign_in("anna", RIGHT + "x", NOW) is None
    assert accounts.sign_in("nobody", RIGHT, NOW) is None


def test_the_password_is_kept_as_argon2id_and_stands_nowhere(accounts) -> None:
    digest = accounts.users.digest("anna")
    assert digest.startswith("$argon2id$")
    lines = accounts.changes.since(NOW)
    assert RIGHT not in f"{digest} {lines}"
    assert [(line.what, line.thing, line.who) for line in lines] == [("user.add", "anna", "root")]


def test_another_password_ends_the_old_one(accounts) -> None:
    cookie = accounts.sign_in("anna", RIGHT, NOW)
    accounts.set_password("anna", "another long one", NOW, by="root")
    assert accounts.signed_in(cookie, NOW) is None
    assert accounts.sign_in("anna", RIGHT, NOW) is None
    assert accounts.sign_in("anna", "another long one", NOW)


@pytest.mark.parametrize(
    ("name", "password"),
    [("boris", "short"), ("boris-petrov", "Boris-Petrov"), ("", RIGHT), ("a\nb", RIGHT),
     (" anna", RIGHT), ("x" * 61, RIGHT), ("boris", "x" * 257)],
)  # fmt: skip
def test_a_name_or_password_that_will_not_do_is_refused(accounts, name, password) -> None:
    with pytest.raises(ContentError):
        accounts.add(name, UserRole.VIEWER, password, NOW, by="root")
    assert [user.name for user in accounts.users.all()] == ["anna"]
