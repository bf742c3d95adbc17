"""One outage while it is open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from netdiag.model.outage import Cause, OutageState
from netdiag.outages.model import Family


@dataclass(slots=True)
class Incident:
    """`nodes` are numbers of the tree, `began` and `seen` bins, all `…_at` Unix seconds.

    `hit` and `back` count subscribers that it explains and those of them seen alive since;
    `devices` and `devices_back` the same for resources. `heard` are leaves of subscribers of whom
    nothing but complaints and verdicts told: nobody may ever say that they are well again.
    """

    serial: int
    id: str
    nodes: tuple[int, ...]
    roots: tuple[str, ...]
    began: int
    opened_at: float
    apart: tuple[int, ...] = ()  # nodes below a group of its that have an older outage
    state: OutageState = OutageState.SUSPECTED
    cause: Cause = Cause.UNKNOWN
    family: Family = Family.CUT
    gain: float = 0.0
    peak: float = 0.0
    since: float = 0.0
    hit: int = 0
    back: int = 0
    devices: int = 0
    devices_back: int = 0
    back_at: float = 0.0  # when somebody last came back
    clearing_at: float = 0.0
    flickers: bool = False  # packets are lost rather than paths: who is back may be gone again
    told: bool = False  # was it ever confirmed?
    masked: bool = False  # those it explains count for nothing else
    flapping: bool = False
    missed: int = 0  # bins in a row in which something else explained more
    doubted: int = 0  # bins in a row in which a wider failure explained it, by little
    seen: int = 0  # bin in which it was last found
    heard: set[int] = field(default_factory=set)
    returned: Counter[int] = field(default_factory=Counter)  # who is back, per part below
    strong: list[int] = field(default_factory=list)  # bins in which it was found beyond doubt

    @property
    def confirmed(self) -> bool:
        """Has it passed the threshold, and is it not over?"""
        return self.state in (OutageState.CONFIRMED, OutageState.CLEARING)

    @property
    def known(self) -> int:
        """Subscribers that it explains, however they are known."""
        return self.hit + len(self.heard)

    def share_back(self) -> float:
        """Share of those it explains that are well again."""
        if self.hit:
            return self.back / self.hit
        return self.devices_back / self.devices if self.devices else 0.0
