"""The fallback backend: pysnmp. Slow, so it never runs on the loop of a diagnosis; it hears
agents that answer from another address than they were asked at, as net-snmp does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pysnmp.error import PySnmpError
from pysnmp.proto.rfc1902 import Integer32, Null, Unsigned32

from netdiag.model.wire import Deadline
from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp.failure import AgentError, Failure
from netdiag.transports.snmp.pysnmp_engine import Engines
from netdiag.transports.snmp.pysnmp_values import plain
from netdiag.transports.snmp.pysnmp_wire import V1Wire, V3Wire, open_wire
from netdiag.transports.snmp.sentences import hollow, no_time, refused, silent, unreadable
from netdiag.transports.snmp.session import VarBind
from netdiag.transports.snmp.settings import SnmpSettings

Wire = V1Wire | V3Wire


def whole(text: str) -> Integer32 | Unsigned32:
    """INTEGER, or Unsigned32 (the tag of Gauge32) where the text says so: agents mind."""
    kind, _, number = text.rpartition(" ")
    return Unsigned32(int(number)) if kind == "unsigned" else Integer32(int(number))


class PysnmpSession:
    """One agent, one request at a time."""

    def __init__(self, settings: SnmpSettings, wire: Wire, deadline: Deadline) -> None:
        self.settings = settings
        self.heard = 0
        self._wire = wire
        self._deadline = deadline

    @classmethod
    async def open(
        cls, settings: SnmpSettings, address: str, deadline: Deadline, engines: Engines
    ) -> PysnmpSession:
        """A session; SNMPv3 signs in with its first request."""
        try:
            return cls(settings, await open_wire(settings, address, engines), deadline)
        except (PySnmpError, OSError) as error:
            raise Failure(
                AbsenceReason.NOT_ASKED, f"{settings.name} was not asked over SNMP: {error}"
            ) from None

    def until(self, deadline: Deadline) -> None:
        """The deadline of the question that comes next."""
        self._deadline = deadline
        self.heard = 0

    async def get(self, oids: Sequence[str]) -> dict[str, Any]:
        """One GET."""
        found = await self.request("get", 0, *oids)
        return {oid: value for oid, value in found if value is not None}

    async def set(self, values: Mapping[str, str]) -> None:
        """One SET of whole numbers, `1` or `unsigned 1`. Raises AgentError, Failure."""
        await self._exchange("set", 0, [(oid, whole(text)) for oid, text in values.items()])

    def walk(self, column: str, repetitions: int) -> PysnmpCursor:
        """Begin a walk below a column."""
        return PysnmpCursor(self, column, 0 if self.settings.getnext else repetitions)

    def close(self) -> None:
        """Close the socket."""
        self._wire.close()

    async def request(self, kind: str, repetitions: int, *oids: str) -> list[VarBind]:
        """One request and its reply; a value None is noSuchObject and its like."""
        return await self._exchange(kind, repetitions, [(oid, Null("")) for oid in oids])

    async def _exchange(
        self, kind: str, repetitions: int, asked: Sequence[tuple[str, Any]]
    ) -> list[VarBind]:
        patience = self._deadline.at_most(self.settings.timeout_s).remaining
        if not patience:
            raise no_time(self.settings)
        try:
            trouble, status, index, found = await self._wire.request(
                kind, repetitions, asked, patience
            )
        except (PySnmpError, PyAsn1Error) as error:
            raise unreadable(self.settings, f"could not be asked with pysnmp: {error}") from None
        if trouble is not None:
            raise self._meaning(trouble, patience)
        self.heard += 1
        if int(status):
            raise AgentError(int(status), int(index))
        if not found:
            raise hollow(self.settings)
        return [(str(oid), plain(value)) for oid, value in found]

    def _meaning(self, trouble: Any, patience: float) -> Failure:
        code = self._wire.refusal(trouble)
        if code is not None and not self.heard:
            return refused(self.settings, code)
        tries = self.settings.retries + 1
        return silent(self.settings, tries, patience, self._wire.garbage, self.heard)


class PysnmpCursor:
    """A walk below one column; `repetitions` 0 walks with GETNEXT."""

    def __init__(self, session: PysnmpSession, column: str, repetitions: int) -> None:
        self._session = session
        self._next = column
        self._repetitions = repetitions

    async def more(self) -> tuple[Sequence[VarBind], bool]:
        """The next instances, and whether the column ends with them."""
        kind = "bulk" if self._repetitions else "next"
        found = await self._session.request(kind, self._repetitions, self._next)
        real = [bind for bind in found if bind[1] is not None]
        if real:
            self._next = real[-1][0]
        return real, len(real) < len(found)
