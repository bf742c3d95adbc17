"""`netdiag outages replay`: recorded streams through the same inference, without a network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from netdiag.model.errors import ContentError
from netdiag.outages.change import Change
from netdiag.outages.clock import EventClock
from netdiag.outages.observation import Observation
from netdiag.outages.resource import KINDS, Resource
from netdiag.outages.streams import LineError, event_of, resource_of
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

T = TypeVar("T")
_NAMED = 20  # bad lines that are named one by one; the rest is counted


def replay(
    events: Path, topology: Path, tell: Callable[[str], None], watch: Watch | None = None
) -> Iterator[Change]:
    """Every change of an outage, in the order of time; `tell` gets sentences about lines that were
    left out.

    Events are read one by one, so a stream may be longer than the memory. Raises ContentError when
    a file cannot be read or holds no line of its format.
    """
    watch = watch or Watch(read_topology(topology, tell))
    clock = EventClock(watch)
    left_out = _LeftOut(events, tell)
    for one in _lines(events, event_of, left_out):
        yield from clock.take(one) if isinstance(one, Observation) else clock.tick(one)
    yield from clock.end()
    left_out.done()
    if not left_out.good:
        tell(f"{events}: holds no event, so nothing is told.")
    _tell_ignored(events, watch, clock, tell)


def read_topology(path: Path, tell: Callable[[str], None]) -> AccessTree:
    """The access tree of a file. Raises ContentError."""
    left_out = _LeftOut(path, tell)
    resources = list(_lines(path, resource_of, left_out))
    left_out.done()
    if not resources:
        raise ContentError(
            f"{path}: holds no resource. A line is such as "
            '{"id": "sw-17", "kind": "access", "parents": ["agg-3"]}.'
        )
    for sentence in _strange(path, resources):
        tell(sentence)
    return AccessTree(resources)


def _strange(path: Path, resources: list[Resource]) -> Iterator[str]:
    """What is odd about a topology and does not stop it."""
    known = {one.id for one in resources}
    missing = sorted({p for one in resources for p in one.parents if p not in known})
    if missing:
        yield (
            f"{path}: {_some(missing)} named as parents and not listed: what is above them is "
            "not known."
        )
    kinds = sorted({one.kind for one in resources} - set(KINDS))
    if kinds:
        yield f"{path}: {_some(kinds)}: kinds we have no word for; they count as access devices."
    if len(known) < len(resources):
        yield (
            f"{path}: {len(resources) - len(known)} lines repeat an id; the parents of all of its "
            "lines count as redundant."
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


@dataclass(slots=True)
class _LeftOut:
    """Bad lines of one file: the first ones named, the rest counted."""

    path: Path
    tell: Callable[[str], None]
    bad: int = 0
    good: int = 0

    def add(self, number: int, why: str) -> None:
        """One more."""
        self.bad += 1
        if self.bad <= _NAMED:
            self.tell(f"{self.path}:{number}: {why}. The line is left out.")

    def done(self) -> None:
        """Say how many; ContentError when nothing at all could be read."""
        if self.bad and not self.good:
            raise ContentError(f"{self.path}: not one line is of the format of this stream.")
        if self.bad > _NAMED:
            self.tell(f"{self.path}: {self.bad} lines are left out in all.")


def _lines(path: Path, read: Callable[[str], T], left_out: _LeftOut) -> Iterator[T]:
    with _opened(path) as stream:
        for number, raw in enumerate(stream, 1):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if not line:
                    continue
                found = read(line)
            except UnicodeDecodeError:
                left_out.add(number, "is not UTF-8")
                continue
            except LineError as error:
                left_out.add(number, str(error))
                continue
            left_out.good += 1
            yield found


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ContentError(f"{path}: cannot be read: {error.strerror}.") from None
    with stream:
        try:
            yield stream
        except OSError as error:
            raise ContentError(f"{path}: cannot be read: {error.strerror}.") from None


def _tell_ignored(
    events: Path, watch: Watch, clock: EventClock, tell: Callable[[str], None]
) -> None:
    if watch.strangers:
        tell(f"{events}: {watch.strangers} events are of subjects that the topology does not have.")
    if clock.ignored:
        tell(
            f"{events}: {clock.ignored} events are more than an hour ahead of all others and are "
            "left out: a wrong clock?"
        )
    for lost in watch.redundancy_lost():
        tell(f"{lost.resource} is down and nobody is cut off: its redundancy is lost.")
