"""What inference says: changes of outages, whom to ask next, redundancy that is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netdiag.model.outage import Cause, OutageState


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step in the life of an outage.

    `roots` has more than one member where several redundant paths failed together. `since` is the
    most likely moment of the failure, `subscribers` how many are cut off by it (of a partial
    failure: how many were hit). `confidence` is calibrated; `gain` is the raw log-odds (nats)
    against the best other story. `merged_into` names the outage that took this one over.
    `evidence` counts what stands behind it: see `docs/why/how-outages-are-inferred.md`.
    """

    t: float
    outage: str
    state: OutageState
    roots: tuple[str, ...]
    cause: Cause
    subscribers: int
    confidence: float
    since: float
    gain: float = 0.0
    partial: bool = False
    flapping: bool = False
    planned: bool = False
    merged_into: str = ""
    evidence: Mapping[str, int] = field(default_factory=dict)

    def line(self) -> dict[str, object]:
        """The output line of `netdiag outages replay`."""
        return {
            "t": round(self.t, 3),
            "outage": self.outage,
            "state": str(self.state),
            "roots": list(self.roots),
            "cause": str(self.cause),
            "subscribers": self.subscribers,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Whom to ask next to settle one outage: `ask` are ids, parents first, at most eight. `outage`
    is empty where there is none yet: a few more answers may make it one."""

    outage: str
    roots: tuple[str, ...]
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedundancyLost:
    """One of several paths is gone and nobody is cut off by it: an event, never an outage.

    `dependents` are the resources whose last paths but some are gone.
    """

    since: float
    resource: str
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A maintenance window on a resource and all behind it; Unix seconds."""

    resource: str
    begins: float
    ends: float
