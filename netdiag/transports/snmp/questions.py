"""Questions over a session: rows from GETs, tables from walks. The same for every backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netdiag.model.wire import Answer, Column, Row, Sheet, SnmpColumns, SnmpGet, SnmpSheet
from netdiag.transports.snmp.failure import GEN_ERR, NO_SUCH_NAME, TOO_BIG, AgentError, Failure
from netdiag.transports.snmp.sentences import agent_said, unreadable
from netdiag.transports.snmp.session import Session
from netdiag.transports.snmp.settings import SnmpSettings
from netdiag.transports.snmp.values import cell, suffix

Index = tuple[int, ...]
_FEW = 8  # a first column may be sparser than the next


async def put(
    session: Session, settings: SnmpSettings, question: SnmpGet | SnmpColumns | SnmpSheet
) -> Answer:
    """One question over an open session. Raises Failure, StaleSessionError."""
    if isinstance(question, SnmpSheet):
        return Answer(rows=(), sheet=await _sheet(session, settings, question))
    if isinstance(question, SnmpGet):
        return Answer(rows=(await one_row(session, settings, question.oids),))
    rows, cut = await table(session, settings, question)
    return Answer(rows=rows, cut=cut)


async def one_row(session: Session, settings: SnmpSettings, oids: Mapping[str, str]) -> Row:
    """GET of all objects, `max_oids` at a time; what does not exist is missing from the row."""
    columns = {name: oid.lstrip(".") for name, oid in oids.items()}
    asked = list(dict.fromkeys(columns.values()))
    found: dict[str, Any] = {}
    try:
        for start in range(0, len(asked), settings.max_oids):
            found |= await _get(session, settings, asked[start : start + settings.max_oids])
    except AgentError as error:
        raise agent_said(settings, error) from None
    return {name: cell(found[oid]) for name, oid in columns.items() if oid in found}


async def _get(
    session: Session, settings: SnmpSettings, oids: Sequence[str], bad: int = 0
) -> dict[str, Any]:
    """One GET, asked again in another way when the agent answers with an error.

    AgentError leaves it only when nothing at all could be read.
    """
    if not oids:
        return {}
    try:
        found = await session.get(oids)
    except AgentError as error:
        if error.status == NO_SUCH_NAME:
            return await _without_missing(session, settings, oids, error)
        if error.status == TOO_BIG and len(oids) > 1:
            half = len(oids) // 2
            first = await _get(session, settings, oids[:half], bad)
            return first | await _get(session, settings, oids[half:], bad)
        # Some agents fail a whole GET for one sick object and name it. A few are worth a try.
        if error.status != GEN_ERR or not 0 < error.index <= len(oids) or bad > 2:
            raise
        rest = await _get(session, settings, _without(oids, error.index), bad + 1)
        if not rest:
            raise
        return rest
    wanted = {oid: found[oid] for oid in oids if found.get(oid) is not None}
    if found and not wanted:
        raise unreadable(settings, "answers about other objects than those it was asked for.")
    return wanted


async def _without_missing(
    session: Session, settings: SnmpSettings, oids: Sequence[str], error: AgentError
) -> dict[str, Any]:
    """SNMPv1 fails the whole GET for one missing object and names it (RFC 1157 section 4.1.2)."""
    if 0 < error.index <= len(oids):
        return await _get(session, settings, _without(oids, error.index))
    if len(oids) == 1:
        return {}
    half = len(oids) // 2
    first = await _get(session, settings, oids[:half])
    return first | await _get(session, settings, oids[half:])


def _without(oids: Sequence[str], index: int) -> list[str]:
    return [oid for at, oid in enumerate(oids, 1) if at != index]


async def table(
    session: Session, settings: SnmpSettings, question: SnmpColumns
) -> tuple[tuple[Row, ...], bool]:
    """Walk column by column; rows by index, in its order. The flag says that rows were left out."""
    rows: dict[Index, dict[str, Any]] = {}
    cut = False
    for name, oid in question.oids.items():
        # The first column tells how many rows to expect: later ones need not overshoot by much.
        enough = max(len(rows), _FEW) + 1 if rows else question.max_rows + 1
        column = _Column(session, settings, oid.lstrip("."), question.max_rows)
        try:
            await column.read(max(1, min(settings.max_repetitions, enough)))
        except AgentError as error:
            raise agent_said(settings, error) from None
        cut = cut or column.cut
        for index, value in column.found.items():
            rows.setdefault(index, {})[name] = cell(value)
    kept = sorted(rows)[: question.max_rows]
    shown = ({"index": ".".join(map(str, index)), **rows[index]} for index in kept)
    return tuple(shown), cut or len(kept) < len(rows)


async def _sheet(session: Session, settings: SnmpSettings, question: SnmpSheet) -> Sheet:
    """Column by column. What goes wrong after the first answer makes a hole, no failure."""
    single = await one_row(session, settings, question.single) if question.single else {}
    columns: dict[str, Column] = {}
    holes: dict[str, str] = {}
    enough = max(1, min(settings.sweep_repetitions, question.expect_rows + 1))
    for name, oid in question.columns.items():
        column = _Column(session, settings, oid.lstrip("."), question.max_rows)
        try:
            await column.read(enough)
        except AgentError as error:
            holes[name] = agent_said(settings, error).detail
        except Failure as failure:
            if not single and not columns:
                raise
            holes[name] = failure.detail
        else:
            columns[name] = {
                ".".join(map(str, index)): cell(value) for index, value in column.found.items()
            }
    return Sheet(single=single, columns=columns, holes=holes)


class _Column:
    """The instances below one column, at most `most`."""

    def __init__(self, session: Session, settings: SnmpSettings, oid: str, most: int) -> None:
        self._session = session
        self._settings = settings
        self._oid = oid
        self._most = most
        self.found: dict[Index, Any] = {}
        self.cut = False

    async def read(self, repetitions: int) -> None:
        """Walk to the end of the column or to the cap."""
        try:
            await self._walk(repetitions)
        except AgentError as error:
            if error.status == NO_SUCH_NAME:
                return  # SNMPv1: nothing lies behind (RFC 1157 section 4.1.3)
            if error.status != TOO_BIG or repetitions == 1:
                raise
            self.found.clear()
            await self.read(repetitions // 2)

    async def _walk(self, repetitions: int) -> None:
        cursor = self._session.walk(self._oid, repetitions)
        last: Index = ()
        ended = False
        while not ended:
            batch, ended = await cursor.more()
            for oid, value in batch:
                index = suffix(oid, self._oid)
                if index is None:
                    return
                if index <= last:
                    raise self._going_round(oid)
                if len(self.found) == self._most:
                    self.cut = True
                    return
                last = index
                self.found[index] = value

    def _going_round(self, oid: str) -> Failure:
        return unreadable(
            self._settings,
            f"answers a walk with objects that do not increase ({oid}): its table goes round in a "
            "circle. Update its firmware, or leave this table out.",
        )
