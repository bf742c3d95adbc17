"""Answers that were given to requests with an Idempotency-Key, kept in the inbox: the same request
again gets the same answer and is not carried out again (draft-ietf-httpapi-idempotency-key-header,
section 2.6)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from netdiag.model.errors import NetdiagError
from netdiag.store.database import Database
from netdiag.store.inbox import Inbox
from netdiag.store.tables import inbox

Json = dict[str, Any]
_GIVEN_UP = timedelta(minutes=2)  # no request takes so long: whoever began it was killed


class UnderWayError(NetdiagError):
    """The first request with this key is being carried out."""


class Answers:
    """Answers by caller and key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inbox = Inbox(database)

    def begin(self, caller: str, key: str, raw: str, now: datetime) -> tuple[Json | None, bool]:
        """The answer that was given, if one was; and whether the body is the same as then.

        Without an answer the request is the caller's to carry out, then `end` or `drop`. Raises
        UnderWayError, StoreError.
        """
        taken = self._inbox.accept(caller, key, raw=raw, body="", work=None, now=now)
        if not taken.again or not taken.same:
            return None, taken.same
        if taken.body:
            answer: Json = json.loads(taken.body)
            return answer, True
        if not self._take_over(caller, key, now):
            raise UnderWayError("The first request with this Idempotency-Key is not done yet.")
        return None, True

    def end(self, caller: str, key: str, answer: Json) -> None:
        """Carried out, with this answer."""
        with self._database.write() as connection:
            connection.execute(
                update(inbox).where(*_this(caller, key)).values(body=json.dumps(answer))
            )

    def drop(self, caller: str, key: str) -> None:
        """Not carried out: it may come again."""
        self._inbox.give_back(caller, key)

    def _take_over(self, caller: str, key: str, now: datetime) -> bool:
        old = inbox.c.received_at < now - _GIVEN_UP
        change = update(inbox).where(*_this(caller, key), inbox.c.body == "", old)
        with self._database.write() as connection:
            return connection.execute(change.values(received_at=now)).rowcount == 1


def _this(caller: str, key: str) -> tuple[Any, Any]:
    return inbox.c.source == caller, inbox.c.delivery == key
