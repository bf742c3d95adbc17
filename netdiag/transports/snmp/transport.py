"""The SNMP transport: chooses the backend, keeps SNMPv3 sessions, turns failures into absences."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from netdiag.model.wire import (
    Answer,
    Deadline,
    NoAnswer,
    Question,
    SnmpColumns,
    SnmpGet,
    SnmpSet,
    SnmpSheet,
    Target,
)
from netdiag.model.words import AbsenceReason
from netdiag.transports.dns_names import address_of
from netdiag.transports.snmp.failure import Failure, StaleSessionError
from netdiag.transports.snmp.fallback import Fallback
from netdiag.transports.snmp.gufo_session import GufoSession
from netdiag.transports.snmp.questions import put
from netdiag.transports.snmp.sentences import refused
from netdiag.transports.snmp.settings import SnmpSettings, for_writing, read_settings
from netdiag.transports.snmp.sheet import SheetReader

_KEPT_S = 5.0  # a diagnosis asks in quick succession. Not longer: an agent that booted anew drops
# messages with old engine data, often without a word (RFC 3414 section 3.2)
_KEPT_PER_DEVICE = 4


class SnmpTransport:
    """SNMP v1, v2c and v3 questions (SnmpGet, SnmpColumns, SnmpSheet). Options of the target:
    snmp.version, snmp.max_repetitions, snmp.sweep_repetitions, snmp.max_oids, snmp.retries,
    snmp.walk (getbulk, getnext), snmp.backend (gufo, pysnmp), snmp.user, snmp.auth, snmp.priv;
    secrets: snmp.community, snmp.write_community, snmp.auth_key, snmp.priv_key. An agent that
    answers from another address than it was asked at is heard by the pysnmp backend alone."""

    def __init__(self) -> None:
        self._kept: dict[SnmpSettings, list[tuple[float, GufoSession]]] = {}
        self._fallback = Fallback()

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one question to one agent."""
        began = time.monotonic()
        if not isinstance(question, SnmpGet | SnmpColumns | SnmpSheet | SnmpSet):
            return NoAnswer(
                why=AbsenceReason.NOT_ASKED,
                detail=f"SNMP cannot ask a {type(question).__name__}. Correct the probe.",
            )
        try:
            writes = isinstance(question, SnmpSet)
            settings = read_settings(for_writing(target) if writes else target)
            address = await address_of(settings.host, deadline)
            if isinstance(address, NoAnswer):
                return address
            reply = await self._ask(settings, address, question, deadline)
        except Failure as failure:
            return NoAnswer(
                why=failure.why,
                detail=failure.detail,
                duration_s=time.monotonic() - began,
                at_the_door=failure.at_the_door,
            )
        return replace(reply, duration_s=time.monotonic() - began)

    async def close(self) -> None:
        """Close kept sessions and the thread of the fallback backend."""
        for sessions in self._kept.values():
            for _, session in sessions:
                session.close()
        self._kept.clear()
        await self._fallback.close()

    async def _ask(
        self,
        settings: SnmpSettings,
        address: str,
        question: SnmpGet | SnmpColumns | SnmpSheet | SnmpSet,
        deadline: Deadline,
    ) -> Answer:
        if settings.backend == "pysnmp" or isinstance(question, SnmpSet):  # gufo cannot write
            return await self._fallback.ask(settings, address, question, deadline)
        if isinstance(question, SnmpSheet) and settings.version == "2c" and not settings.getnext:
            sheet = await SheetReader(settings, address, question, deadline).read()
            return Answer(rows=(), sheet=sheet)
        with suppress(StaleSessionError):
            return await self._ask_gufo(settings, address, question, deadline)
        try:
            self._forget(settings)
            return await self._ask_gufo(settings, address, question, deadline)
        except StaleSessionError as stale:
            raise refused(settings, stale.code) from None

    async def _ask_gufo(
        self,
        settings: SnmpSettings,
        address: str,
        question: SnmpGet | SnmpColumns | SnmpSheet,
        deadline: Deadline,
    ) -> Answer:
        session = self._take(settings, deadline)
        fresh = session is None
        session = session or GufoSession(settings, address, deadline)
        try:
            if fresh:
                await session.sign_in()
            answer = await put(session, settings, question)
        except BaseException:
            session.close()  # whatever happened: its socket may still get a late reply
            raise
        self._keep(settings, session)
        return answer

    def _take(self, settings: SnmpSettings, deadline: Deadline) -> GufoSession | None:
        kept = self._kept.get(settings, [])
        while kept:
            used_at, session = kept.pop()
            if time.monotonic() < used_at + _KEPT_S:
                session.until(deadline)
                return session
            session.close()
        return None

    def _keep(self, settings: SnmpSettings, session: GufoSession) -> None:
        """Signing in with keys costs two round trips, so the session is kept a little."""
        kept = self._kept.setdefault(settings, []) if settings.auth else []
        if settings.auth and len(kept) < _KEPT_PER_DEVICE:
            kept.append((time.monotonic(), session))
            asyncio.get_running_loop().call_later(_KEPT_S, self._expire, settings)
        else:
            session.close()

    def _expire(self, settings: SnmpSettings) -> None:
        kept = self._kept.pop(settings, [])
        young = [item for item in kept if time.monotonic() < item[0] + _KEPT_S]
        for item in kept:
            if item not in young:
                item[1].close()
        if young:
            self._kept[settings] = young

    def _forget(self, settings: SnmpSettings) -> None:
        for _, session in self._kept.pop(settings, []):
            session.close()
