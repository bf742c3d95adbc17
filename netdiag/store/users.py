"""Users of the board, and where they are signed in.

A session's cookie is `<id>.<secret>`: the id finds the row, 256 random bits make the secret, and
the store keeps only its SHA-256. So a copy of the store signs nobody in, and a session that was
ended (signed out, password changed, user removed) is over at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from netdiag.model.errors import ContentError
from netdiag.model.user import User, UserRole
from netdiag.store.database import Database
from netdiag.store.tables import sessions, users

IDLE = timedelta(hours=12)  # a session ends so long after its last use,
LONGEST = timedelta(days=30)  # and so long after it began at the latest
_SEEN_EVERY = timedelta(minutes=5)


class Users:
    """Users by name. Names are kept as given and compared as given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: UserRole, digest: str, now: datetime) -> None:
        """Enter a user. ContentError when there is one by that name."""
        row = {"name": name, "role": role, "digest": digest, "created_at": now, "changed_at": now}
        with self._database.write() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(users).values(row))
            except IntegrityError:
                raise ContentError(
                    f"There is a user {name!r} already. `netdiag user role` and `netdiag user "
                    "password` change one."
                ) from None

    def get(self, name: str) -> User | None:
        """One user by name."""
        row = self._row(name)
        return None if row is None else _user(row)

    def digest(self, name: str) -> str | None:
        """The digest of a user's password."""
        row = self._row(name)
        return None if row is None else str(row.digest)

    def all(self) -> list[User]:
        """Every user, by name."""
        with self._database.read() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def change(
        self, name: str, now: datetime, *, role: UserRole | None = None, digest: str | None = None
    ) -> None:
        """Give another role or password; all his sessions end. ContentError: there is none."""
        given = {"role": role, "digest": digest}
        values = {key: value for key, value in given.items() if value is not None}
        with self._database.write() as connection:
            number = _number(connection, name)
            connection.execute(
                update(users).where(users.c.id == number).values(**values, changed_at=now)
            )
            connection.execute(delete(sessions).where(sessions.c.user == number))

    def rehash(self, name: str, digest: str) -> None:
        """Keep a digest of the same password."""
        with self._database.write() as connection:
            connection.execute(update(users).where(users.c.name == name).values(digest=digest))

    def remove(self, name: str) -> None:
        """Take a user away, with his sessions. ContentError: nobody by that name."""
        with self._database.write() as connection:
            number = _number(connection, name)
            connection.execute(delete(sessions).where(sessions.c.user == number))
            connection.execute(delete(users).where(users.c.id == number))

    def sign_in(self, name: str, now: datetime) -> str:
        """Begin a session; the text of its cookie, which is not kept. ContentError: nobody."""
        key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        with self._database.write() as connection:
            number = _number(connection, name)
            connection.execute(delete(sessions).where(sessions.c.seen_at < now - IDLE))
            row = {"id": key, "user": number, "digest": _digest(secret)}
            connection.execute(insert(sessions).values(**row, created_at=now, seen_at=now))
            connection.execute(update(users).where(users.c.id == number).values(seen_at=now))
        return f"{key}.{secret}"

    def signed_in(self, cookie: str, now: datetime) -> User | None:
        """Whose session that is, when it is genuine and not over."""
        key, _, secret = cookie.partition(".")
        query = (
            select(users, sessions.c.digest.label("secret"), sessions.c.created_at.label("begun"),
                   sessions.c.seen_at.label("used"))
            .join(sessions, sessions.c.user == users.c.id)
            .where(sessions.c.id == key)
        )  # fmt: skip
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not hmac.compare_digest(row.secret, _digest(secret)):
            return None
        if now - row.used > IDLE or now - row.begun > LONGEST:
            return None
        if now - row.used > _SEEN_EVERY:
            self._seen(key, now)
        return _user(row)

    def sign_out(self, cookie: str) -> None:
        """End a session."""
        key = cookie.partition(".")[0]
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == key))

    def _seen(self, key: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.id == key).values(seen_at=now))

    def _row(self, name: str) -> Row[tuple[object, ...]] | None:
        with self._database.read() as connection:
            return connection.execute(select(users).where(users.c.name == name)).one_or_none()


def _number(connection: Connection, name: str) -> int:
    number = connection.execute(select(users.c.id).where(users.c.name == name)).scalar()
    if number is None:
        raise ContentError(f"There is no user {name!r}. `netdiag user list` shows them.")
    return int(number)


def _user(row: Row[tuple[object, ...]]) -> User:
    values = row._mapping
    return User(
        name=values["name"],
        role=UserRole(values["role"]),
        created_at=values["created_at"],
        changed_at=values["changed_at"],
        seen_at=values["seen_at"],
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
