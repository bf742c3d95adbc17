"""What facts there are: name, type, unit, meaning, how long a reading holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netdiag.model.condition import Condition
from netdiag.model.fact import Value
from netdiag.model.past import Past
from netdiag.model.sweep import Cadence
from netdiag.model.words import AccessKind


class Kind(StrEnum):
    """Where a fact comes from."""

    REF = "ref"  # what should be: inventory and contract
    STORED = "stored"  # read from another database
    LIVE = "live"  # read from the network now
    DERIVED = "derived"  # worked out from other facts or two readings
    ASKED = "asked"  # told by a person
    LISTED = "listed"  # a column of a table that is read row by row; no rule reads it


class ValueType(StrEnum):
    """Type of a value after reading."""

    STRING = "string"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    ENUM = "enum"
    MAC = "mac"
    IPV4 = "ipv4"
    COUNTER32 = "counter32"  # wraps at 2**32 (RFC 2578)
    COUNTER64 = "counter64"  # wraps at 2**64; in practice never
    STRINGS = "string[]"
    MACS = "mac[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of a derived fact: when the condition holds, the fact has this value."""

    when: Condition
    value: Value = None
    copy: str | None = None  # take the value of this fact instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Growth of one counter per growth of another (or per second), times `scale`. `apart`: what
    `of` counts is not among what `per` counts (damaged frames, RFC 2863 ifInUcastPkts)."""

    of: str
    per: str | None  # None: per second
    scale: float = 1.0
    apart: bool = False
    min_per: int = 0  # fewer than this in the window, and the rate is weak


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """One word of the vocabulary."""

    __hash__ = object.__hash__  # by identity: caches may go by it

    name: str
    type: ValueType
    kind: Kind
    meaning: str
    label: Mapping[str, str]  # en, ru, fa: how an operator calls it
    unit: str = ""
    freshness_s: float = 0.0  # 0: reference data, no expiry
    nullable: bool = False
    access: AccessKind | None = None  # the only kind of line that has it; None: any
    options: tuple[str, ...] = ()  # members of an enum
    cases: tuple[Case, ...] = ()
    rate: Rate | None = None
    past: Past | None = None  # told by the daily history of sweeps
    sweep: Cadence | None = None  # a sweep wants it of every device, and how often
    keep: bool = False  # readings are stored, for deltas and for the next run
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All fact types by name."""

    __hash__ = object.__hash__  # by identity: caches may go by it

    types: Mapping[str, FactType] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.types

    def __getitem__(self, name: str) -> FactType:
        return self.types[name]

    @property
    def derived(self) -> tuple[FactType, ...]:
        """Fact types that have cases or a rate, in the order of the vocabulary."""
        return tuple(t for t in self.types.values() if t.cases or t.rate)
