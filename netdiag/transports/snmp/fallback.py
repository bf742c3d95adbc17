"""The fallback backend as a whole: a thread with pysnmp in it, started when first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.model.wire import Answer, Deadline, SnmpColumns, SnmpGet, SnmpSet, SnmpSheet
from netdiag.transports.snmp.questions import put
from netdiag.transports.snmp.settings import SnmpSettings
from netdiag.transports.snmp.thread import LoopThread

if TYPE_CHECKING:
    from netdiag.transports.snmp.pysnmp_engine import Engines


class Fallback:
    """Questions over pysnmp, which is imported in its thread: that takes half a second."""

    def __init__(self) -> None:
        self._thread: LoopThread | None = None
        self._engines: Engines | None = None

    async def ask(
        self,
        settings: SnmpSettings,
        address: str,
        question: SnmpGet | SnmpColumns | SnmpSheet | SnmpSet,
        deadline: Deadline,
    ) -> Answer:
        """Put one question. Raises Failure."""
        self._thread = self._thread or LoopThread("netdiag-pysnmp")
        return await self._thread.run(self._ask(settings, address, question, deadline))

    async def close(self) -> None:
        """Close the engines, stop the thread."""
        if self._thread is None:
            return
        if self._engines is not None:
            await self._thread.run(self._engines.close())
        await self._thread.close()
        self._thread = self._engines = None

    async def _ask(
        self,
        settings: SnmpSettings,
        address: str,
        question: SnmpGet | SnmpColumns | SnmpSheet | SnmpSet,
        deadline: Deadline,
    ) -> Answer:
        from netdiag.transports.snmp.change import change
        from netdiag.transports.snmp.pysnmp_engine import Engines
        from netdiag.transports.snmp.pysnmp_session import PysnmpSession

        self._engines = self._engines or Engines()
        session = await PysnmpSession.open(settings, address, deadline, self._engines)
        try:
            if isinstance(question, SnmpSet):
                await change(session, settings, question)
                return Answer(rows=())
            return await put(session, settings, question)
        finally:
            session.close()
