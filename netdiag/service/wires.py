"""All transports behind one function, opened when first needed, gated per device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from netdiag.model.wire import (
    Answer,
    Change,
    Deadline,
    NoAnswer,
    Question,
    Row,
    Target,
    Touch,
    Transport,
)
from netdiag.model.words import AbsenceReason
from netdiag.service.targets import for_transport
from netdiag.settings import Database

if TYPE_CHECKING:
    from netdiag.transports.gate import Gate, Turns


def _snmp() -> Transport:
    from netdiag.transports.snmp import SnmpTransport

    return SnmpTransport()


def _routeros() -> Transport:
    from netdiag.transports.routeros import RouterosTransport

    return RouterosTransport()


def _ssh() -> Transport:
    from netdiag.transports.ssh import SshTransport

    return SshTransport()


def _icmp() -> Transport:
    from netdiag.transports.icmp import IcmpTransport

    return IcmpTransport()


def _sql() -> Transport:
    from netdiag.transports.sql import SqlTransport

    return SqlTransport()


def _dns() -> Transport:
    from netdiag.transports.dns import DnsTransport

    return DnsTransport()


_MAKERS: dict[str, Callable[[], Transport]] = {
    "snmp": _snmp,
    "routeros": _routeros,
    "ssh": _ssh,
    "icmp": _icmp,
    "sql": _sql,
    "dns": _dns,
}


_LOGINS = ("snmp", "routeros", "ssh")  # what devices are loaded by


class Wires:
    """The only way out to the network. `wrap` puts a recorder or the like around each one."""

    def __init__(
        self,
        billing: Database | None = None,
        wrap: Callable[[str, Transport], Transport] | None = None,
        transports: dict[str, Transport] | None = None,
        remember_s: float = 0.0,
    ) -> None:
        self._billing = billing
        self._wrap = wrap
        self._remember_s = remember_s
        self.turns: Turns | None = None  # set before the first question, where processes share
        self._open: dict[str, Transport] = dict(transports or {})
        self._bare: dict[str, Transport] = {}
        self._gates: dict[str, Gate] = {}

    async def ask(
        self, transport: str, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Ask over the named transport; billing's own words come back as ours. Nothing that
        changes a device goes this way."""
        if isinstance(question, Change | Touch):
            detail = "it changes the device: that needs consent and a journal"
            return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=detail)
        if transport not in _MAKERS and transport not in self._open:
            detail = f"there is no transport {transport}"
            return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
        reply = await self._get(transport).ask(for_transport(target, transport), question, deadline)
        if target.device == "billing" and isinstance(reply, Answer):
            return replace(reply, rows=tuple(self._in_our_words(row) for row in reply.rows))
        return reply

    async def act(
        self, transport: str, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put a change, or a look at what it did, past every queue and memory. Only the service's
        `touch` calls it, with consent and a journal."""
        if transport not in ("snmp", "ssh", "routeros"):
            detail = f"nothing is changed over {transport}"
            return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
        self._get(transport)
        bare = self._bare.get(transport) or self._open[transport]
        return await bare.ask(for_transport(target, transport), question, deadline)

    @property
    def resting(self) -> tuple[str, ...]:
        """Devices that some transport leaves alone just now, for they were silent too often."""
        names = {device for gate in self._gates.values() for device in gate.resting}
        return tuple(sorted(names))

    async def close(self) -> None:
        """Close every session."""
        for transport in self._open.values():
            await transport.close()
        self._open.clear()

    def _get(self, name: str) -> Transport:
        if name not in self._open:
            from netdiag.transports.gate import Gate

            self._bare[name] = bare = _MAKERS[name]()
            turns = self.turns if name in _LOGINS else None
            gated = self._gates[name] = Gate(bare, remember_s=self._remember_s, turns=turns)
            self._open[name] = self._wrap(name, gated) if self._wrap else gated
        return self._open[name]

    def _in_our_words(self, row: Row) -> Row:
        states = self._billing.states if self._billing else {}
        state = row.get("state")
        if not states or state is None:
            return row
        return {**row, "state": states.get(str(state), str(state))}
