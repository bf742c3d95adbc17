"""SNMP traps and informs of devices that are known: v1, v2c, v3. Received first, decoded after.

What is not understood is counted and never guessed at: who sent it is not known, the community is
wrong, it is no SNMP, its meaning is not among the patterns.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from netdiag.listeners.ber import BerError
from netdiag.listeners.mailbox import Datagram, Mailbox
from netdiag.listeners.meaning import Meaning, Patterns
from netdiag.listeners.notification import Notification, decode, version_of
from netdiag.model.errors import NetdiagError
from netdiag.model.secret import Secret

if TYPE_CHECKING:
    from netdiag.listeners.secured import Secured
    from netdiag.listeners.users import User

_MOST_STRANGERS = 1000  # addresses that are remembered for the record
_V3 = 3
_AGAIN_S = 1.0
_log = logging.getLogger(__name__)


class Fate(StrEnum):
    """What became of a datagram."""

    TAKEN = "taken"
    UNKNOWN_SENDER = "unknown_sender"  # no device of the inventory has that address
    REFUSED = "refused"  # another community, user or key than the device's
    UNREADABLE = "unreadable"  # no SNMP notification
    NO_MEANING = "no_meaning"  # no pattern fits: a new line in probes/traps would


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A device that may send: by which communities (v1, v2c) it is taken for itself."""

    device: str
    communities: frozenset[Secret] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One notification of a known device. `key` is the same when it is sent again."""

    at: float  # Unix seconds of receipt
    device: str
    told: Notification
    meaning: Meaning | None
    key: str


@dataclass(slots=True)
class TrapCounts:
    """Datagrams by fate, and who is not known."""

    fates: Counter[Fate] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)  # address → datagrams
    without_meaning: Counter[str] = field(default_factory=Counter)  # snmpTrapOID → datagrams

    def note(self, fate: Fate, name: str = "") -> None:
        """Count one."""
        self.fates[fate] += 1
        of = {Fate.UNKNOWN_SENDER: self.strangers, Fate.NO_MEANING: self.without_meaning}.get(fate)
        if of is not None and (name in of or len(of) < _MOST_STRANGERS):
            of[name] += 1


class TrapListener:
    """Listens on one address. `who(address)` knows the devices; `take` gets what was heard."""

    def __init__(
        self,
        patterns: Patterns,
        who: Callable[[str], Sender | None],
        take: Callable[[list[Heard]], Awaitable[None]],
        *,
        users: tuple[User, ...] = (),
    ) -> None:
        self.patterns = patterns
        self.counts = TrapCounts()
        self._who = who
        self._take = take
        self._users = users
        self._secured: Secured | None = None
        self.mailbox = Mailbox("SNMP traps", self._batch)

    def open(self, host: str, port: int) -> int:
        """Begin to listen; the port. Raises ListenError."""
        return self.mailbox.open(host, port)

    async def close(self) -> None:
        """Stop."""
        await self.mailbox.close()

    async def _batch(self, datagrams: list[Datagram]) -> None:
        heard = await asyncio.to_thread(self._decoded, datagrams)
        if heard:
            await self._hand_over(heard)

    async def _hand_over(self, heard: list[Heard]) -> None:
        """Until they are taken: while the store does not answer, what comes waits behind them."""
        told = ""
        while True:
            try:
                await self._take(heard)
            except NetdiagError as error:
                if str(error) != told:
                    _log.warning("SNMP traps wait: %s", error)
                told = str(error)
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    def _decoded(self, datagrams: list[Datagram]) -> list[Heard]:
        found = []
        for datagram in datagrams:
            try:
                heard = self._one(datagram)
            except BerError:
                self.counts.note(Fate.UNREADABLE)
            else:
                if heard is not None:
                    found.append(heard)
        return found

    def _one(self, datagram: Datagram) -> Heard | None:
        version = version_of(datagram.data)
        sender = self._who(datagram.host)
        told = None
        if version != _V3:
            told = decode(datagram.data)
            if sender is None and told.origin:
                sender = self._who(told.origin)
        if sender is None:
            self.counts.note(Fate.UNKNOWN_SENDER, datagram.host)
            return None
        if version == _V3:
            told = self._opened(datagram)
        elif told is None or not _may(sender, told):
            told = None
        if told is None:
            self.counts.note(Fate.REFUSED)
            return None
        return self._heard(datagram, sender, told)

    def _heard(self, datagram: Datagram, sender: Sender, told: Notification) -> Heard:
        if told.answer:
            self.mailbox.answer(datagram.host, datagram.port, told.answer)
        meaning = self.patterns.meaning(told)
        self.counts.note(Fate.TAKEN if meaning else Fate.NO_MEANING, told.oid)
        same = f"{told.request}\0{told.uptime}\0{told.oid}\0{told.binds!r}"
        return Heard(
            at=datagram.at,
            device=sender.device,
            told=told,
            meaning=meaning,
            key=hashlib.blake2b(same.encode(), digest_size=12).hexdigest(),
        )

    def _opened(self, datagram: Datagram) -> Notification | None:
        if not self._users:
            return None
        if self._secured is None:
            from netdiag.listeners.secured import Secured

            self._secured = Secured(self._users)
        told, replies = self._secured.decode(datagram.data, datagram.host, datagram.port)
        for reply in replies:
            self.mailbox.answer(datagram.host, datagram.port, reply)
        return told


def _may(sender: Sender, told: Notification) -> bool:
    community = told.secret.decode("utf-8", "replace")
    return any(known.reveal() == community for known in sender.communities)
