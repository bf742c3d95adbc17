"""Words of a sweep: what is asked of every device, what is remembered of it, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from netdiag.model.condition import Condition
from netdiag.model.fact import Value
from netdiag.model.rule import Example
from netdiag.model.words import Severity

Column = Mapping[str, Value]  # index of the port (ifIndex as text) → value
Table = Mapping[str, Column]  # fact → column; facts of the device itself have the index ""
DEVICE = ""  # the index of what belongs to the device as a whole


class Cadence(StrEnum):
    """How often a sheet is asked. Whatever the cadence: at once after a restart of the device,
    and when it was never asked."""

    ALWAYS = "always"  # in every sweep
    HOURLY = "hourly"
    DAILY = "daily"
    MOVED = "moved"  # where one of the named facts moved since the last sweep, and once a day


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """How one fact is read for all ports at once. Several OIDs are added up."""

    fact: str
    oids: tuple[str, ...]
    single: bool = False  # one object of the device, no column
    map: Mapping[str, Value] = field(default_factory=dict)
    otherwise: Value = None
    none: tuple[str, ...] = ()
    as_: str = ""  # number: out of a text; dbm: the one before "dBm"; milliwatts: to dBm
    scale: float = 1.0
    between: tuple[float, float] | None = None
    pick: str = ""  # max, min: of all rows, for the device
    match: str = ""  # true where the text holds this pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSheet:
    """Columns that are asked together. `index` is a pattern whose group `value` is the ifIndex;
    without it the whole index is."""

    id: str
    platform: str
    title: str
    ask: Cadence
    columns: tuple[SheetColumn, ...]
    moved: tuple[str, ...] = ()
    after: str = (
        ""  # a sheet of which it takes the place, where the device does not serve its facts
    )
    index: str = ""
    large: bool = False  # a table that may be too large: then it is left alone for a day
    max_rows: int = 1024
    only: tuple[str, ...] = ()
    source: str = ""
    proven: tuple[str, ...] = ()
    origin: str = ""

    @property
    def yields(self) -> tuple[str, ...]:
        """Names of the facts that it can give."""
        return tuple(column.fact for column in self.columns)


class Scope(StrEnum):
    """What a finding is about."""

    PORT = "port"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surer:
    """A condition that makes a finding surer, or graver."""

    condition: Condition
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """What customers will complain about next week: when it is one, how sure, what to do.

    It is a finding where all of `when` is true and none of `unless` is; not knowing one of `when`
    makes no finding, and closes none. Where `told_while` is not true nothing can be told.
    """

    id: str
    scope: Scope
    title: Mapping[str, str]
    severity: Severity
    when: tuple[Condition, ...]
    told_while: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    sure: float = 0.8
    surer: tuple[Surer, ...] = ()
    weight: float = 1.0  # how much one customer is hurt: 1 is no service
    say: Mapping[str, str] = field(default_factory=dict)
    do: Mapping[str, str] = field(default_factory=dict)
    show: tuple[str, ...] = ()  # facts that belong into the evidence beside those of `when`
    fault: str | None = None  # the fault of a diagnosis that it foretells
    desk: str = ""  # the route that takes the work
    ticket: bool = False  # may a ticket be proposed without a customer's call
    together: float = 0.0  # share of a site's devices from which on it is one finding of the site
    patience: int = 2  # sweeps without it before it is over
    notes: str = ""
    source: str = ""
    examples: tuple[Example, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that fits a port or a device, with what it stands on. Not yet a finding: whether it
    is news is for the register to say."""

    rule: str
    device: str
    index: str  # "" for the device
    port: str  # its name, as far as known
    sure: float
    evidence: Mapping[str, Value]


class Reach(StrEnum):
    """What became of a device in a sweep."""

    OK = "ok"
    PARTIAL = "partial"  # it answered, with holes
    SILENT = "silent"  # neither ping nor its own protocol, asked twice
    BEHIND = "behind"  # not asked: every way to it goes over a silent device
    NO_ANSWER = "no_answer"  # it answers ping, but not SNMP
    REFUSED = "refused"  # it does not let us in, or answers nonsense
    NOT_ASKED = "not_asked"  # no time, no credentials, no protocol for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a sweep found and whether it still is. `place` is the index of the port, "" for the
    device; `device` may be site:NAME, when half of a site has the same. `rank` orders findings:
    customers hurt, how much, how sure, and how often the rule was right."""

    rule: str
    device: str
    place: str
    port: str
    site: str
    since: datetime
    seen_at: datetime
    sure: float
    rank: float
    severity: str
    evidence: Mapping[str, Value]
    id: int | None = None
    state: str = "open"  # open, closed, nonsense
    closed_at: datetime | None = None
    seen: int = 1
    missed: int = 0
    hurt: int | None = None
    ticket: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding."""
        return self.rule, self.device, self.place

    @property
    def where(self) -> str:
        """device or device:port."""
        return f"{self.device}:{self.port}" if self.place else self.device
