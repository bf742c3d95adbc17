"""Signing in to the board: users, their passwords and sessions."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from netdiag.model.errors import ContentError
from netdiag.model.user import User, UserRole
from netdiag.store.attempts import Attempts
from netdiag.store.changes import Changed, Changes
from netdiag.store.database import Database
from netdiag.store.users import Users

SHORTEST = 10
_LONGEST = 256
_NAME = 60
# Each check takes 64 MiB and some 50 ms (RFC 9106, second recommended option): so many passwords
# at a time, so that a flood of guesses takes no memory, processors or threads from diagnoses.
AT_ONCE = 2


class Accounts:
    """The users of one store. Blocking: call it in a thread."""

    def __init__(self, database: Database) -> None:
        self.users = Users(database)
        self.changes = Changes(database)
        self.attempts = Attempts(database)
        self._hasher = PasswordHasher()

    def add(self, name: str, role: UserRole, password: str, now: datetime, *, by: str) -> None:
        """Enter a user. ContentError says what is wrong with name or password."""
        check_name(name)
        self.users.add(name, role, self._hash(name, password), now)
        self.changes.add(Changed(at=now, who=by, what="user.add", thing=name, detail=role))

    def set_password(self, name: str, password: str, now: datetime, *, by: str) -> None:
        """Another password; who was signed in with the old one is no more."""
        self.users.change(name, now, digest=self._hash(name, password))
        self.changes.add(Changed(at=now, who=by, what="user.password", thing=name))

    def set_role(self, name: str, role: UserRole, now: datetime, *, by: str) -> None:
        """Another role; he has to sign in again."""
        self.users.change(name, now, role=role)
        self.changes.add(Changed(at=now, who=by, what="user.role", thing=name, detail=role))

    def remove(self, name: str, now: datetime, *, by: str) -> None:
        """Take a user away; his sessions end."""
        self.users.remove(name)
        self.changes.add(Changed(at=now, who=by, what="user.remove", thing=name))

    def sign_in(self, name: str, password: str, now: datetime) -> str | None:
        """The text of a session's cookie, or None when name and password do not fit.

        It takes as long for a name that is not known as for a wrong password.
        """
        digest = self.users.digest(name)
        fits = self._fits(digest or _of_nobody(), password)
        if digest is None or not fits:
            return None
        if self._hasher.check_needs_rehash(digest):
            self.users.rehash(name, self._hasher.hash(password))
        self.changes.add(Changed(at=now, who=name, what="user.sign-in", thing=name))
        return self.users.sign_in(name, now)

    def signed_in(self, cookie: str, now: datetime) -> User | None:
        """Whose session that is, if it is not over."""
        return self.users.signed_in(cookie, now)

    def _fits(self, digest: str, password: str) -> bool:
        try:
            return self._hasher.verify(digest, password[:_LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _hash(self, name: str, password: str) -> str:
        check_password(name, password)
        return self._hasher.hash(password)


@cache
def _of_nobody() -> str:
    return PasswordHasher().hash("nobody has this password")


def check_name(name: str) -> None:
    """ContentError unless it is 1 to 60 printable characters without spaces at the ends."""
    if not name or len(name) > _NAME or not name.isprintable() or name != name.strip():
        raise ContentError(f"A user's name has 1 to {_NAME} printable characters.")


def check_password(name: str, password: str) -> None:
    """ContentError unless it is long enough and is not the name. Length is what counts (NIST
    SP 800-63B): nothing is asked about kinds of characters."""
    if not SHORTEST <= len(password) <= _LONGEST:
        raise ContentError(f"A password has {SHORTEST} to {_LONGEST} characters.")
    if password.casefold() == name.casefold():
        raise ContentError("The password is the name. Choose another.")
