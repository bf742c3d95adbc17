"""One finding of a worker that had no store, into the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from netdiag.store.sweep_tables import findings

_CARRIED = (
    "port", "state", "seen_at", "closed_at", "seen", "missed",
    "sure", "hurt", "rank", "severity", "evidence",
)  # fmt: skip


def brought(
    connection: Connection, row: Mapping[str, Any], *, ours: bool
) -> tuple[int | None, bool]:
    """Its number in the store, and whether it is news there: unknown before, and not over by now.
    `ours`: it was found without the store. What a technician has said meanwhile stands; what
    another worker has found at the same place is the same finding."""
    there = _there(connection, row) if ours else _by_number(connection, row["id"])
    if there is None:
        if not ours:
            return None, False  # forgotten meanwhile
        values = {name: value for name, value in row.items() if name != "id"}
        key = connection.execute(insert(findings).values(values)).inserted_primary_key
        return (int(key[0]) if key else None), row["state"] == "open"
    if there.state == "open" and there.seen_at <= row["seen_at"]:
        values = {name: row[name] for name in _CARRIED}
        connection.execute(update(findings).where(findings.c.id == there.id).values(values))
    again = ours and there.since == row["since"] and row["state"] == "open"
    return int(there.id), again


def _by_number(connection: Connection, number: int) -> Row[Any] | None:
    query = select(findings).where(findings.c.id == number).with_for_update()
    return connection.execute(query).first()


def _there(connection: Connection, row: Mapping[str, Any]) -> Row[Any] | None:
    """The same one, brought before; else the one that stands open at its place."""
    place = (
        (findings.c.rule == row["rule"])
        & (findings.c.device == row["device"])
        & (findings.c.place == row["place"])
    )
    found = connection.execute(select(findings).where(place).with_for_update()).all()
    same = [one for one in found if one.since == row["since"]]
    standing = [one for one in found if one.state == "open"]
    return next(iter([*same, *standing]), None)
