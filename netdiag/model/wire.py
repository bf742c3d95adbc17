"""What can be asked over the wire, and what comes back. Templates and rendered questions alike.

A question in a probe file holds placeholders (`{if_index}`, `{mac|oid}`); rendered for one
subscriber they are filled in. Transports only ever see rendered questions.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from netdiag.model.secret import Secret
from netdiag.model.words import AbsenceReason

Cell = str | int | float | bytes | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpGet:
    """GET of scalar instances in one PDU: column name → OID with its index. One row comes back;
    an instance that does not exist (noSuchObject, noSuchInstance) is missing from the row."""

    oids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpColumns:
    """GETBULK of a few columns below their OID, at most `max_rows` rows. Each row holds `index`
    (the OID suffix, dotted) and the columns by name."""

    oids: Mapping[str, str]
    max_rows: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpSheet:
    """Whole columns, and single objects with their index, in one visit to an agent: for a sweep.
    The answer has a `sheet` and no rows. `expect_rows` sizes the requests."""

    single: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    max_rows: int = 1024
    expect_rows: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterosCall:
    """One RouterOS API command. `where` becomes `?key=value` words, joined by AND; `proplist`
    is always sent; `attributes` are `=key=value` words (monitor, ping). Rows hold text only."""

    path: str  # "/ppp/active/print"
    proplist: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    max_rows: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SshCommand:
    """One show command. Without `textfsm` (a template's text) and `json` the reply is one row
    `{"output": text}`; with one of them the parsed rows."""

    command: str
    textfsm: str | None = None
    json: bool = False
    lines: str | None = None  # regular expression with named groups; one row per matching line


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """ICMP echo from this host. One row: sent, received, loss_pct, rtt_ms (average), rtt_max_ms."""

    address: str
    count: int = 3
    interval_s: float = 0.2
    timeout_s: float = 1.0
    size: int = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlQuery:
    """A SELECT with named parameters, on a database that the configuration names."""

    text: str
    params: Mapping[str, str] = field(default_factory=dict)
    max_rows: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsLookup:
    """One query to one resolver. One row: rcode, answers (count), rtt_ms."""

    resolver: str
    name: str
    type: str = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines:
    """What the device sent into our log within so many hours, the oldest line first: `time` (of
    receipt, ISO 8601), `severity`, `facility` (numbers) and `message`. A row with `since` alone
    stands first when nothing can be missing since then; without it, silence tells nothing."""

    hours: float = 24.0
    max_rows: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpSet:
    """SET of whole numbers: OID with its index → `1`, or `unsigned 1`. Changes the device."""

    oids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SshChange(SshCommand):
    """Lines that change the device, each typed when the one before is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterosChange(RouterosCall):
    """A RouterOS API command that changes the device."""


Change = SnmpSet | SshChange | RouterosChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A change and how it is undone; None: it ends by itself. After `do` it stays for `hold_s`;
    after `undo` the look is repeated until a row fits `until`, for `settle_s` at most. `during`:
    the look comes between. `own`: it touches the subscriber's own ONU or radio, and no port."""

    do: Change
    undo: Change | None
    hold_s: float
    settle_s: float = 0.0
    until: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    during: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A test that changes the device for a while; what `look` reads is its answer."""

    what: str  # the probe, for the record
    act: Act
    look: SnmpGet | SnmpColumns | RouterosCall | SshCommand


Question = (
    SnmpGet
    | SnmpColumns
    | SnmpSheet
    | RouterosCall
    | SshCommand
    | Ping
    | SqlQuery
    | DnsLookup
    | LogLines
    | SnmpSet
    | Touch
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How gently a device is treated."""

    sessions: int = 1
    min_interval_s: float = 0.0
    timeout_s: float = 2.0
    breaker_failures: int = 3  # failures in a row that open the breaker
    breaker_s: float = 60.0  # and for how long


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask, with everything a transport needs to reach it. `options` are the transport's
    own words (SNMP version, max-repetitions, encoding, TLS, legacy algorithms, database URL)."""

    device: str
    host: str
    port: int | None = None
    platform: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock by which the answer is worthless."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """A deadline so many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())

    def at_most(self, seconds: float) -> Deadline:
        """The nearer of this deadline and so many seconds from now."""
        return Deadline(min(self.at, time.monotonic() + seconds))


Column = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Columns by name: dotted index → value. What is not there: why, in `holes`; a column without
    rows is empty and no hole."""

    single: Mapping[str, Cell] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    holes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The device answered. No rows is an answer too. `cut` says that rows were left out; `age_s`
    how long ago it answered, when another had just asked the same."""

    rows: tuple[Row, ...]
    duration_s: float = 0.0
    cut: bool = False
    age_s: float = 0.0
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Nothing usable came back, and why. `detail` is a sentence without secrets.

    `at_the_door`: we were not let in (the login was refused, no common algorithm), so no other
    question would fare better over this transport. A refused command, table or view says nothing
    about the next one.
    """

    why: AbsenceReason
    detail: str
    duration_s: float = 0.0
    at_the_door: bool = False


class Transport(Protocol):
    """The wire. `ask` never raises for what the far end does: it returns a NoAnswer."""

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one question to one target before the deadline."""
        ...

    async def close(self) -> None:
        """Close pooled sessions."""
        ...
