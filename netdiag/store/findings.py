"""Findings in the store, and what technicians said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, or_, select, update

from netdiag.model.sweep import Finding
from netdiag.store.database import Database
from netdiag.store.sweep_tables import finding_votes, findings

_NAMES = tuple(one.name for one in fields(Finding))
_BITE = 500
_NONSENSE_HOLDS = timedelta(days=90)  # then the same may be found again


class Findings:
    """The register of findings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, devices: Sequence[str], now: datetime) -> list[Finding]:
        """Open ones of these devices, and those called nonsense lately."""
        held = or_(
            findings.c.state == "open",
            and_(findings.c.state == "nonsense", findings.c.closed_at > now - _NONSENSE_HOLDS),
        )
        found: list[Finding] = []
        with self._database.read() as connection:
            for start in range(0, len(devices), _BITE):
                some = devices[start : start + _BITE]
                query = select(findings).where(findings.c.device.in_(some), held)
                found += [_finding(row) for row in connection.execute(query)]
        return found

    def keep(self, new: Iterable[Finding], changed: Iterable[Finding]) -> list[Finding]:
        """Write them; the new ones come back with their numbers."""
        with self._database.write() as connection:
            made = _added(connection, list(new))
            old = [_row(one) | {"of": one.id} for one in changed]
            if old:  # one statement: the line to the store may be long
                values: dict[str, Any] = {name: bindparam(name) for name in _NAMES if name != "id"}
                change = update(findings).where(findings.c.id == bindparam("of")).values(values)
                connection.execute(change, old)
        return made

    def find(
        self, *, state: str | None = "open", limit: int = 1000, **only: str | None
    ) -> list[Finding]:
        """The most important first. `only`: site, device, rule, severity; None: any."""
        query = select(findings).order_by(findings.c.rank.desc(), findings.c.id).limit(limit)
        for name, wanted in {"state": state, **only}.items():
            if wanted is not None:
                query = query.where(findings.c[name] == wanted)
        with self._database.read() as connection:
            return [_finding(row) for row in connection.execute(query)]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many stand open, by rule and severity."""
        kind = (findings.c.rule, findings.c.severity)
        query = select(*kind, func.count()).where(findings.c.state == "open").group_by(*kind)
        with self._database.read() as connection:
            return {(rule, severity): n for rule, severity, n in connection.execute(query)}

    def get(self, number: int) -> Finding | None:
        """One by its number."""
        with self._database.read() as connection:
            query = select(findings).where(findings.c.id == number)
            row = connection.execute(query).first()
        return None if row is None else _finding(row)

    def vote(self, finding: Finding, *, useful: bool, who: str, remark: str, now: datetime) -> None:
        """What a technician says of it; his last word counts. Nonsense closes it, and it does not
        come again soon."""
        with self._database.write() as connection:
            said = (finding_votes.c.finding == finding.id) & (finding_votes.c.who == who)
            connection.execute(delete(finding_votes).where(said))
            row = {
                "at": now,
                "who": who,
                "rule": finding.rule,
                "finding": finding.id,
                "useful": useful,
                "remark": remark,
            }
            connection.execute(insert(finding_votes).values(row))
            if not useful:
                closed = {"state": "nonsense", "closed_at": now}
                connection.execute(
                    update(findings).where(findings.c.id == finding.id).values(closed)
                )

    def votes(self) -> dict[str, tuple[int, int]]:
        """Useful and nonsense, by rule."""
        query = select(finding_votes.c.rule, finding_votes.c.useful, func.count()).group_by(
            finding_votes.c.rule, finding_votes.c.useful
        )
        found: dict[str, list[int]] = {}
        with self._database.read() as connection:
            for rule, useful, count in connection.execute(query):
                found.setdefault(rule, [0, 0])[0 if useful else 1] += count
        return {rule: (counts[0], counts[1]) for rule, counts in found.items()}

    def ticketed(self, number: int, ticket: str) -> None:
        """Remember the ticket that was opened for it."""
        with self._database.write() as connection:
            connection.execute(
                update(findings).where(findings.c.id == number).values(ticket=ticket)
            )


def _added(connection: Connection, new: Sequence[Finding]) -> list[Finding]:
    if not new:
        return []
    query = insert(findings).returning(findings.c.id, sort_by_parameter_order=True)
    numbers = connection.execute(query, [_row(one) for one in new]).scalars()
    return [replace(one, id=number) for one, number in zip(new, numbers, strict=True)]


def _row(one: Finding) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _NAMES if name != "id"}
    return row | {"evidence": _plain(one.evidence)}


def _plain(evidence: Any) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in evidence.items()}


def _finding(row: Row[Any]) -> Finding:
    told = row._mapping
    return Finding(**{name: told[name] for name in _NAMES})
