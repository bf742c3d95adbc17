"""The default backend: gufo-snmp's sockets, with retries, deadline and guards of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any

from gufo.snmp._fast import GetIter

from netdiag.model.wire import Deadline
from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp.failure import GEN_ERR, AgentError, Failure, StaleSessionError
from netdiag.transports.snmp.gufo_exchange import Exchange, SilenceError
from netdiag.transports.snmp.gufo_line import HollowReplyError, Line, ReportError, Sign
from netdiag.transports.snmp.gufo_user import make_user
from netdiag.transports.snmp.header import ENGINE_ID, TIME_WINDOW
from netdiag.transports.snmp.sentences import hollow, no_time, refused, silent, unreachable
from netdiag.transports.snmp.session import VarBind
from netdiag.transports.snmp.settings import SnmpSettings


class GufoSession:
    """One agent, one request at a time."""

    def __init__(self, settings: SnmpSettings, address: str, deadline: Deadline) -> None:
        self.settings = settings
        self.heard = 0
        self._address = address
        self._deadline = deadline
        self._line = self._open()

    def until(self, deadline: Deadline) -> None:
        """The deadline of the question that comes next."""
        self._deadline = deadline
        self.heard = 0

    async def sign_in(self) -> None:
        """SNMPv3: discover the engine, localise the keys, learn boots and time (RFC 3414)."""
        if self.settings.version != "3":
            return
        await self._refresh()
        user = make_user(self.settings)
        wire: Any = self._line.wire
        wire.set_keys(
            user.name,
            user.get_auth_alg(),
            user.get_auth_key(),
            user.get_priv_alg(),
            user.get_priv_key(),
        )
        if self.settings.auth:
            await self._refresh()

    async def get(self, oids: Sequence[str]) -> dict[str, Any]:
        """One GET."""
        asked = list(oids)
        found: dict[str, Any] = await self.exchange(
            methodcaller("send_get_many", asked), methodcaller("recv_get_many")
        )
        if found or self.settings.version != "3":
            return found
        return await self._one_by_one(asked)

    def walk(self, column: str, repetitions: int) -> GufoCursor:
        """Begin a walk below a column."""
        return GufoCursor(self, column, 0 if self.settings.getnext else repetitions)

    def close(self) -> None:
        """Close the socket."""
        self._line.close()

    async def _one_by_one(self, oids: list[str]) -> dict[str, Any]:
        """SNMPv3 may hide an error in an empty reply. Asked singly, a missing object says so, and
        an error leaves an object without a value."""
        found: dict[str, Any] = {}
        for oid in oids:
            value = await self.exchange(methodcaller("send_get", oid), methodcaller("recv_get"))
            if value is None:
                raise AgentError(GEN_ERR)
            if value is not Sign.MISSING:
                found[oid] = value
        return found

    async def check(self, oid: str) -> None:
        """Before "nothing there" is believed of an SNMPv3 agent, ask it something plain."""
        if self.settings.version == "3":
            await self._one_by_one([oid])

    async def _refresh(self) -> None:
        try:
            await self.exchange(methodcaller("send_refresh"), methodcaller("recv_refresh"))
        except Failure as failure:
            # It answered the discovery, so it is up: what it did not like is our key.
            if self.heard and failure.why is AbsenceReason.UNREADABLE:
                raise refused(self.settings, 0) from None
            raise

    async def exchange(self, send: Callable[[Any], None], receive: Callable[[Any], Any]) -> Any:
        """One request and its reply. Raises AgentError, Failure, StaleSessionError."""
        if not self._deadline.remaining:
            raise no_time(self.settings)
        exchange = Exchange(self.settings, self._deadline, self._line, self._open)
        try:
            value = await exchange.run(send, receive)
        except SilenceError as s:
            raise silent(self.settings, s.sent, s.seconds, s.garbage, self.heard) from None
        except OSError as error:
            raise unreachable(self.settings, error.strerror or str(error)) from None
        except (AgentError, HollowReplyError, ReportError) as error:
            self.heard += 1
            raise self._meaning(error) from None
        finally:
            self._line = exchange.settle()
        self.heard += 1
        return value

    def _meaning(self, error: Exception) -> Exception:
        if isinstance(error, HollowReplyError):
            return hollow(self.settings)
        if not isinstance(error, ReportError):
            return error
        if error.code in (TIME_WINDOW, ENGINE_ID):
            return StaleSessionError(error.code)
        return refused(self.settings, error.code)

    def _open(self) -> Line:
        try:
            return Line(self.settings, self._address)
        except OSError as error:
            raise unreachable(self.settings, str(error)) from None


class GufoCursor:
    """A walk below one column; `repetitions` 0 walks with GETNEXT."""

    def __init__(self, session: GufoSession, column: str, repetitions: int) -> None:
        self._session = session
        self._column = column
        self._bulk = repetitions > 0
        self._iterator = GetIter(column, repetitions)

    async def more(self) -> tuple[Sequence[VarBind], bool]:
        """The next instances, and whether the column ends with them."""
        iterator = self._iterator
        if not self._bulk:
            one = await self._session.exchange(
                methodcaller("send_get_next", iterator), methodcaller("recv_get_next", iterator)
            )
            found = [] if one is Sign.END else [one]
        else:
            found = await self._session.exchange(
                methodcaller("send_get_bulk", iterator), methodcaller("recv_get_bulk", iterator)
            )
            found = [] if found is Sign.END else found
        if not found:
            await self._session.check(self._column)
            return (), True
        if found[-1] is None:  # the library saw an object outside of the column
            return found[:-1], True
        return found, False
