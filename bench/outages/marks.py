"""How well a list of alarms fits the faults that were switched on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from bench.outages.plan import DAY, Fault
from bench.outages.world import World

_LATEST = 900.0  # an alarm later than that after the fault began does not count as found
_AFTER = 900.0  # alarms so long after a mended fault are still about it
_EXACT_AT = 600.0


@dataclass(slots=True)
class Marks:
    """Counts over all faults of a run, or of several."""

    faults: int = 0
    found: int = 0
    exact: int = 0
    night: int = 0
    night_found: int = 0
    alarms: int = 0
    right_root: int = 0
    false: int = 0
    days: float = 0.0
    waits: list[float] = field(default_factory=list)
    by_kind: dict[str, list[int]] = field(default_factory=dict)
    false_roots: list[str] = field(default_factory=list)

    def add(self, other: Marks) -> None:
        """Take another run's in."""
        for name in ("faults", "found", "exact", "night", "night_found", "alarms"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.right_root += other.right_root
        self.false += other.false
        self.days += other.days
        self.waits += other.waits
        self.false_roots += other.false_roots
        for kind, (found, of) in other.by_kind.items():
            mine = self.by_kind.setdefault(kind, [0, 0])
            mine[0] += found
            mine[1] += of

    def row(self) -> dict[str, object]:
        """Figures of a table; times in minutes."""
        return {
            "faults": self.faults,
            "recall": _share(self.found, self.faults),
            "exact_root": _share(self.exact, self.faults),
            "root_precision": _share(self.right_root, self.alarms),
            "night_recall": _share(self.night_found, self.night),
            "median_min": _percentile(self.waits, 0.5),
            "p95_min": _percentile(self.waits, 0.95),
            "false_a_day": round(self.false / self.days, 1) if self.days else None,
            "recall_by_kind": {
                kind: f"{found}/{of}" for kind, (found, of) in sorted(self.by_kind.items())
            },
        }


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something was opened; `roots_at` are its roots from each moment on."""

    at: float
    roots_at: list[tuple[float, tuple[str, ...]]]

    def roots(self, at: float) -> tuple[str, ...]:
        """Its roots at a moment."""
        held = [roots for since, roots in self.roots_at if since <= at]
        return held[-1] if held else self.roots_at[0][1]


def marked(world: World, plan: Iterable[Fault], alarms: Iterable[Alarm], hours: float) -> Marks:
    """Match alarms to faults by place (on one path) and time."""
    number = {name: node for node, name in enumerate(world.names)}
    listed = sorted(alarms, key=lambda one: one.at)
    marks = Marks(days=hours / 24)
    explained: set[int] = set()
    for fault in plan:
        mine = [
            i
            for i, one in enumerate(listed)
            if fault.begins - 60 <= one.at <= fault.ends + _AFTER
            and _related(world, number, fault, one.roots(one.at + _EXACT_AT))
        ]
        explained.update(mine)
        _mark(marks, world, fault, [listed[i] for i in mine])
    for i, one in enumerate(listed):
        if i not in explained:
            marks.false += 1
            marks.false_roots.append(f"{one.roots(one.at)} at {one.at / 3600:.2f} h")
    return marks


def _mark(marks: Marks, world: World, fault: Fault, mine: list[Alarm]) -> None:
    name = world.names[fault.node]
    in_time = [one for one in mine if one.at <= fault.begins + _LATEST]
    night = not 6 * 3600 <= fault.begins % DAY < 23 * 3600
    kind = marks.by_kind.setdefault(f"{fault.how} {world.kinds[fault.node]}", [0, 0])
    kind[1] += 1
    marks.faults += 1
    marks.night += night
    if not in_time:
        return
    kind[0] += 1
    marks.found += 1
    marks.night_found += night
    marks.waits.append(max(0.0, in_time[0].at - fault.begins) / 60)
    marks.exact += any(one.roots(fault.begins + _EXACT_AT) == (name,) for one in in_time)
    marks.alarms += len(in_time)
    marks.right_root += sum(one.roots(one.at + _EXACT_AT) == (name,) for one in in_time)


def _related(world: World, number: Mapping[str, int], fault: Fault, roots: tuple[str, ...]) -> bool:
    for root in roots:
        node = number.get(root)
        if node is not None and (node in world.path(fault.node) or fault.node in world.path(node)):
            return True
    return False


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _percentile(values: list[float], share: float) -> float | None:
    ordered = sorted(values)
    return round(ordered[max(0, ceil(share * len(ordered)) - 1)], 1) if ordered else None
