"""Diagnoses as they were given, with every fact: for questions later, replay and statistics."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from netdiag.store.database import Database
from netdiag.store.tables import diagnoses

Json = dict[str, Any]
_AT_ONCE = 200


class Diagnoses:
    """Diagnoses by id and by subscriber."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, document: Mapping[str, Any], requested_by: str) -> None:
        """Keep one document of the contract; the same id again replaces it (a step repeated)."""
        verdict, at = document["verdict"], document["attachment"] or {}
        row = {
            "id": document["id"],
            "subscriber": document["subscriber"],
            "device": at.get("device"),
            "port": at.get("port"),
            "ticket": document["ticket"],
            "requested_by": requested_by,
            "started_at": datetime.fromisoformat(document["started_at"]),
            "finished_at": datetime.fromisoformat(document["finished_at"]),
            "fault": verdict["fault"],
            "side": verdict["side"],
            "segment": verdict["segment"],
            "grade": verdict["grade"],
            "confidence": verdict["confidence"],
            "rule_revision": verdict["rule_revision"],
            "side_confidence": verdict.get("side_confidence"),
            "site": document.get("site"),
            "desk": document.get("route", {}).get("desk"),
            "document": json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        }
        with self._database.write() as connection:
            connection.execute(delete(diagnoses).where(diagnoses.c.id == row["id"]))
            connection.execute(insert(diagnoses).values(row))

    def get(self, diagnosis: str) -> Json | None:
        """The document of one diagnosis."""
        query = select(diagnoses.c.document).where(diagnoses.c.id == diagnosis)
        with self._database.read() as connection:
            text = connection.execute(query).scalar()
        return None if text is None else _read(text)

    def last_of(self, subscriber: str, limit: int = 1) -> list[Json]:
        """The newest diagnoses of a subscriber, newest first."""
        query = (
            select(diagnoses.c.document)
            .where(diagnoses.c.subscriber == subscriber)
            .order_by(diagnoses.c.finished_at.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_read(text) for text in connection.execute(query).scalars()]

    def figures(self, since: datetime, until: datetime) -> list[Json]:
        """What statistics need of the diagnoses finished in a period, without their documents."""
        names = (
            *("id", "subscriber", "ticket", "started_at", "finished_at", "fault", "side", "grade"),
            *("confidence", "side_confidence", "site", "desk"),
        )
        query = (
            select(*(diagnoses.c[name] for name in names))
            .where(diagnoses.c.finished_at >= since, diagnoses.c.finished_at < until)
            .order_by(diagnoses.c.finished_at)
        )
        with self._database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def documents(self, ids: Iterable[str]) -> Iterator[Json]:
        """Documents of these diagnoses, few at a time: each holds every fact."""
        wanted = list(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            some = diagnoses.c.id.in_(wanted[start : start + _AT_ONCE])
            with self._database.read() as connection:
                texts = list(connection.execute(select(diagnoses.c.document).where(some)).scalars())
            yield from map(_read, texts)

    def since(self, moment: datetime, limit: int = 10_000) -> Iterable[Json]:
        """Documents finished since then, oldest first."""
        query = (
            select(diagnoses.c.document)
            .where(diagnoses.c.finished_at >= moment)
            .order_by(diagnoses.c.finished_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            texts = list(connection.execute(query).scalars())
        return map(_read, texts)


def _read(text: str) -> Json:
    document: Json = json.loads(text)
    return document
