"""Facts: named, typed, timed values with their source, or an absence with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeGuard

from netdiag.model.words import AbsenceReason

if TYPE_CHECKING:
    from netdiag.model.condition import Truth

UNKNOWN = "unknown"  # what enums hold where the device answers that it does not know
Value = str | int | float | bool | tuple[str, ...] | None


def is_value(value: object) -> TypeGuard[Value]:
    """Is it of a kind that a fact may hold? For what comes from files."""
    if isinstance(value, tuple):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | int | float | bool | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from: who was asked, over what, with which words."""

    transport: str
    probe: str
    query: str
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value that somebody measured.

    `weak` marks a rate over less than 30 s or fewer than 1,000 frames: it may support a fault,
    never confirm one. `value` is None only where the vocabulary says that null is an answer
    ("no other MAC on this port"); not knowing is an Absence, never None.
    """

    name: str
    value: Value
    source: Source
    measured_at: datetime
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A question without an answer, and why."""

    name: str
    why: AbsenceReason
    detail: str = ""
    source: Source | None = None


Reading = Fact | Absence


class Facts(Mapping[str, Reading]):
    """Everything known about one attachment at one time, by fact name. Immutable, so that what a
    condition says of them is worked out once: `truths` keeps it by the condition's identity."""

    __slots__ = ("_readings", "_weak", "truths")

    def __init__(self, readings: Iterable[Reading] = ()) -> None:
        self.truths: dict[int, tuple[object, Truth]] = {}
        self._readings: dict[str, Reading] = {r.name: r for r in readings}
        self._weak = frozenset(
            r.name for r in self._readings.values() if isinstance(r, Fact) and r.weak
        )

    def __getitem__(self, name: str) -> Reading:
        return self._readings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._readings)

    def __len__(self) -> int:
        return len(self._readings)

    def of(self, names: Iterable[str]) -> tuple[Reading | None, ...]:
        """The readings of these names, None where there is none."""
        return tuple(map(self._readings.get, names))

    def fact(self, name: str) -> Fact | None:
        """The fact of that name, or None when it is absent or was never asked."""
        reading = self._readings.get(name)
        return reading if isinstance(reading, Fact) else None

    def knows(self, name: str) -> bool:
        """Is there a value that says something? `unknown`, told by the device, says nothing."""
        fact = self.fact(name)
        return fact is not None and fact.value != UNKNOWN

    def absence(self, name: str) -> Absence:
        """Why the fact is not known; `not_asked` when nothing was tried."""
        reading = self._readings.get(name)
        if isinstance(reading, Absence):
            return reading
        if reading is not None and reading.value == UNKNOWN:
            detail = "the device itself says that it does not know"
            why = AbsenceReason.NOT_SUPPORTED
            return Absence(name=name, why=why, detail=detail, source=reading.source)
        return Absence(name=name, why=AbsenceReason.NOT_ASKED)

    @property
    def weak(self) -> frozenset[str]:
        """Names of the facts that may support a fault, never confirm or exclude one for certain."""
        return self._weak

    def without(self, names: Iterable[str]) -> Facts:
        """A copy that does not know these."""
        left_out = frozenset(names)
        return Facts(r for r in self._readings.values() if r.name not in left_out)

    def plus(self, readings: Iterable[Reading]) -> Facts:
        """A copy with these readings laid over the present ones, name by name."""
        new = {r.name: r for r in readings}
        if not new:
            return self
        weak = {r.name for r in new.values() if isinstance(r, Fact) and r.weak}
        copy = Facts()
        copy._readings = self._readings | new
        copy._weak = (self._weak - new.keys()) | weak
        return copy
