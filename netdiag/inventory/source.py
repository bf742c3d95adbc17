"""What the inventory asks of a source, whichever kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from netdiag.inventory.keys import By, Reading
from netdiag.inventory.records import DeviceRow, LinkRow, Part, Problem, Reference, SourceState
from netdiag.model.subscriber import Subscriber


class Source(Protocol):
    """One source. Every method but `state`, `refresh` and `close` may raise SourceDownError."""

    @property
    def name(self) -> str:
        """Name for people; unique in the inventory."""
        ...

    def can_find(self, by: By) -> bool:
        """Can subscribers be looked up this way?"""
        ...

    def lists(self, part: Part) -> bool:
        """Can it name all its rows of that part? (A source without any names none: true.)"""
        ...

    def find(self, reading: Reading, limit: int) -> tuple[Subscriber, ...]:
        """Subscribers that match; none when it cannot look up this way."""
        ...

    def ids(self, by: By, values: Sequence[str], port: str = "") -> tuple[str, ...]:
        """Ids of everybody on any of these devices (PORT: on that port, BNG: through them)."""
        ...

    def device(self, ident: str) -> DeviceRow | None:
        """What it knows of a device, by id; upper and lower case are the same."""
        ...

    def devices(self) -> tuple[DeviceRow, ...]:
        """All devices."""
        ...

    def links(self) -> tuple[LinkRow, ...]:
        """All links."""
        ...

    def references(self) -> tuple[Reference, ...]:
        """Devices and BNGs that its subscribers name, where it can list them."""
        ...

    def problems(self) -> tuple[Problem, ...]:
        """Broken rows."""
        ...

    def state(self) -> SourceState:
        """Counts and age; never raises."""
        ...

    def stamp(self) -> str:
        """Changes when devices or links may have changed."""
        ...

    def refresh(self) -> None:
        """Read again what is due."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def chunks(values: Sequence[str], size: int = 500) -> tuple[Sequence[str], ...]:
    """The values in pieces that fit into one IN list."""
    return tuple(values[at : at + size] for at in range(0, len(values), size))
