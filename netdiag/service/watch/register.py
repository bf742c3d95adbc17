"""What inference says, in the register: at most one open outage per root, every change with its
evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from netdiag.model.event import Event
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.outages.change import Change
from netdiag.store.events import Events
from netdiag.store.outages import Entry, Register

Json = dict[str, Any]
WHO = "inference"
MERGED = "merged_into"  # in the evidence of the line that ends an outage which is part of another
_BEFORE = timedelta(minutes=15)
_SHOWN = 20  # events that stand in the evidence; the rest is counted


def root_of(roots: Iterable[str]) -> str:
    """Several redundant resources that failed together are one root."""
    return "+".join(sorted(roots))[:200]


class Writer:
    """Keeps names: an outage of inference → an outage of the register. Blocking."""

    def __init__(self, register: Register, events: Events) -> None:
        self._register = register
        self._events = events
        self.names: dict[str, str] = {}

    def write(self, change: Change, people: Callable[[], Iterable[str]]) -> None:
        """Enter one change. Told again after a restart it changes nothing."""
        key = self.names.get(change.outage)
        known = self._register.get(key) if key else self._open_at(root_of(change.roots))
        if known is not None and known.cleared_at and change.t <= known.cleared_at.timestamp() + 1:
            return  # read again after a crash: it had been written
        if known is None or not known.open:
            if change.state is not OutageState.CLEARED and change.merged_into == "":
                self._open(change, people)
            return
        self.names[change.outage] = known.id
        if change.state is OutageState.SUSPECTED and known.state is not change.state:
            return  # judged again after a crash: what was told once is not doubted
        if change.state is OutageState.CLEARED:
            self.names.pop(change.outage)
        if known.origin is Origin.HAND:
            self._remark(known, change, people)
        elif self._says_more(known, change):
            self._change(known, change, people)

    def orphans(self, living: Iterable[str]) -> list[Outage]:
        """Open outages of inference that inference knows nothing of (any more)."""
        known = {self.names[one] for one in living if one in self.names}
        return [
            one
            for one in self._register.open_ones()
            if one.origin is Origin.INFERENCE and one.id not in known
        ]

    def let_go(self, outage: Outage, now: datetime, note: str) -> None:
        """End an orphan."""
        self._register.change(outage.id, partial(_ended, now=now, note=note))

    def _open_at(self, root: str) -> Outage | None:
        return next((one for one in self._register.open_ones() if one.root == root), None)

    def _open(self, change: Change, people: Callable[[], Iterable[str]]) -> None:
        made = self._register.open(
            Outage(
                id="",
                root=root_of(change.roots),
                state=change.state,
                cause=change.cause,
                origin=Origin.INFERENCE,
                since=_time(change.since),
                confidence=round(change.confidence, 4),
                subscribers=change.subscribers,
            ),
            WHO,
            evidence=self._evidence(change, people),
            at=_time(change.t),
        )
        self.names[change.outage] = made.id

    def _change(self, known: Outage, change: Change, people: Callable[[], Iterable[str]]) -> None:
        over = change.state is OutageState.CLEARED
        root = root_of(change.roots) if not over else known.root
        other = self._open_at(root) if root != known.root else None
        if other is not None:
            self._absorb(known, other, change)
            return
        evidence = self._evidence(change, people)
        note = f"root moved from {known.root}" if root != known.root else ""
        if change.merged_into:
            into = self.names.get(change.merged_into, change.merged_into)
            note, evidence = f"part of {into}", evidence | {MERGED: into}
        if change.flapping:
            note = note or "flapping: it is held open"
        entry = Entry(at=_time(change.t), who=WHO, state=change.state, note=note, evidence=evidence)

        def amended(now: Outage) -> tuple[Outage, Entry] | None:
            if not now.open:
                return None  # a person has closed it meanwhile
            changed = replace(
                now,
                root=root,
                state=change.state,
                cause=change.cause if change.cause is not Cause.UNKNOWN else now.cause,
                confidence=round(change.confidence, 4),
                subscribers=change.subscribers if not over else now.subscribers,
                cleared_at=_time(change.t) if over else None,
            )
            return changed, entry

        self._register.change(known.id, amended)

    def _absorb(self, known: Outage, other: Outage, change: Change) -> None:
        """Its root has moved to where an outage is open already: from now on it is that one."""
        end = partial(
            _ended, now=_time(change.t), note=f"part of {other.id}", evidence={MERGED: other.id}
        )
        self._register.change(known.id, end)
        self.names[change.outage] = other.id

    def _remark(self, known: Outage, change: Change, people: Callable[[], Iterable[str]]) -> None:
        """A person announced it: inference says what it sees, and leaves it to him."""
        note = f"seen as {change.state}"
        if any(one.who == WHO and one.note == note for one in self._register.log(known.id)):
            return
        evidence = self._evidence(change, people)

        def remarked(now: Outage) -> tuple[Outage, Entry]:
            at = _time(change.t)
            return now, Entry(at=at, who=WHO, state=now.state, note=note, evidence=evidence)

        self._register.change(known.id, remarked)

    def _says_more(self, known: Outage, change: Change) -> bool:
        return (
            known.state is not change.state
            or known.root != root_of(change.roots)
            or (change.cause is not Cause.UNKNOWN and known.cause is not change.cause)
            or known.subscribers != change.subscribers
        )

    def _evidence(self, change: Change, people: Callable[[], Iterable[str]]) -> Json:
        subjects = [*change.roots, *people()]
        since = _time(change.since) - _BEFORE
        found = self._events.of(subjects, since) if subjects else []
        return {
            "gain": round(change.gain, 2),
            "partial": change.partial,
            "flapping": change.flapping,
            "planned": change.planned,
            "roots": list(change.roots),
            **change.evidence,
            "events": dict(Counter(f"{one.kind} {one.state}" for one in found)),
            "newest": [_line(one) for one in found[:_SHOWN]],
        }


def _ended(
    known: Outage, *, now: datetime, note: str, evidence: Json | None = None
) -> tuple[Outage, Entry] | None:
    if not known.open:
        return None
    ended = replace(known, state=OutageState.CLEARED, cleared_at=now)
    return ended, Entry(at=now, who=WHO, state=ended.state, note=note, evidence=evidence or {})


def _line(event: Event) -> Json:
    return {
        "at": event.at.isoformat(timespec="milliseconds"),
        "subject": event.subject,
        "kind": event.kind,
        "state": event.state,
        "source": event.source,
    }


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
