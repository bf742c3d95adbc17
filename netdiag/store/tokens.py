"""API tokens: shown once, kept as a digest, with scopes, an end and a rate.

A token is `nd_<id>_<secret>`: the id finds the row, 256 random bits make the secret, so a plain
SHA-256 is enough to keep (there is nothing to guess, unlike a password).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, insert, select, update

from netdiag.store.database import Database
from netdiag.store.tables import tokens

_LAST_USE_EVERY = timedelta(minutes=1)  # the time of last use is not written on every request


class Scope(StrEnum):
    """What a token may do."""

    DIAGNOSE = "diagnose"
    READ = "read"
    TICKETS = "tickets"
    EVENTS = "events"
    ADMIN = "admin"  # everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secret."""

    id: str
    name: str
    scopes: frozenset[Scope]
    per_minute: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked: bool

    def allows(self, scope: Scope) -> bool:
        """May it do that?"""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def valid_at(self, now: datetime) -> bool:
        """Is it neither revoked nor past its end?"""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)


class Tokens:
    """Tokens by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        name: str,
        scopes: frozenset[Scope],
        now: datetime,
        *,
        lasts: timedelta | None = None,
        per_minute: int = 600,
    ) -> str:
        """Make a token and return it: the only time it is seen whole."""
        key, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        row = {
            "id": key,
            "name": name,
            "digest": _digest(secret),
            "scopes": " ".join(sorted(scopes)),
            "per_minute": per_minute,
            "created_at": now,
            "expires_at": now + lasts if lasts else None,
            "last_used_at": None,
            "revoked": False,
        }
        with self._database.write() as connection:
            connection.execute(insert(tokens).values(row))
        return f"nd_{key}_{secret}"

    def check(self, presented: str, now: datetime) -> Token | None:
        """The token that was presented, when it is genuine and valid."""
        prefix, _, rest = presented.partition("_")
        key, _, secret = rest.partition("_")
        if prefix != "nd" or not secret:
            return None
        with self._database.read() as connection:
            row = connection.execute(select(tokens).where(tokens.c.id == key)).one_or_none()
        if row is None or not hmac.compare_digest(row.digest, _digest(secret)):
            return None
        token = _token(row)
        if not token.valid_at(now):
            return None
        if token.last_used_at is None or now - token.last_used_at > _LAST_USE_EVERY:
            self._used(key, now)
        return token

    def all(self) -> list[Token]:
        """Every token, oldest first."""
        with self._database.read() as connection:
            return [
                _token(row)
                for row in connection.execute(select(tokens).order_by(tokens.c.created_at))
            ]

    def revoke(self, key: str) -> bool:
        """End a token; False when there is none by that id."""
        with self._database.write() as connection:
            done = connection.execute(update(tokens).where(tokens.c.id == key).values(revoked=True))
            return bool(done.rowcount)

    def _used(self, key: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(tokens).where(tokens.c.id == key).values(last_used_at=now))


def _token(row: Row[tuple[object, ...]]) -> Token:
    values = row._mapping
    return Token(
        id=values["id"],
        name=values["name"],
        scopes=frozenset(Scope(word) for word in values["scopes"].split()),
        per_minute=values["per_minute"],
        created_at=values["created_at"],
        expires_at=values["expires_at"],
        last_used_at=values["last_used_at"],
        revoked=values["revoked"],
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
