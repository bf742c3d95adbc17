"""How well sysObjectID and sysDescr tell our platforms apart: ident.csv against `identify`.

A miss has a reason class: what the agent says of itself does not tell the platform, or it tells a
Linux that some appliance is made of. What is left is ours.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.os_names import platforms_of
from netdiag.model.content import Content
from netdiag.probing.identify import identify

LINUX = "an appliance made of Linux, which says no more than that"
OTHER_BRANCH = "its sysObjectID is of no device of that platform"
OTHER_PRODUCT = "its sysDescr does not tell that system"
_NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one agent says of itself, and the system that others took it for."""

    name: str
    os_name: str
    oid: str
    descr: str


@dataclass(slots=True, kw_only=True)
class Identified:
    """Right, wrongly taken for a platform, and missed, by platform; misses by reason class."""

    devices: int = 0
    generic: int = 0  # rightly taken for none of ours
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    misses: dict[str, list[str]] = field(default_factory=dict)  # "" is without a reason

    @property
    def accuracy(self) -> float:
        """Share of all devices that were named rightly, `none of ours` included."""
        wrong = sum(len(them) for them in self.misses.values())
        return round(1 - wrong / self.devices, 4) if self.devices else 0.0

    @property
    def unexplained(self) -> list[str]:
        """Misses without a reason."""
        return self.misses.get("", [])

    def table(self) -> dict[str, dict[str, float]]:
        """Counts, precision and recall by platform."""
        return {name: self._row(name) for name in sorted({*self.right, *self.wrong, *self.missed})}

    def _row(self, name: str) -> dict[str, float]:
        right, wrong, missed = self.right[name], self.wrong[name], self.missed[name]
        return {
            "right": right,
            "wrong": wrong,
            "missed": missed,
            "precision": round(right / (right + wrong), 4) if right + wrong else 1.0,
            "recall": round(right / (right + missed), 4) if right + missed else 1.0,
        }


def measure(data: Path, content: Content) -> Identified:
    """Identify every device of ident.csv."""
    return judged(listed(data), content)


def listed(data: Path) -> Iterator[Told]:
    """The rows of ident.csv; none without the file."""
    path = data / "ident.csv"
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            yield Told(
                name=row.get("file") or "",
                os_name=row.get("librenms_os") or "",
                oid=row.get("sysObjectID") or "",
                descr=row.get("sysDescr") or "",
            )


def judged(devices: Iterable[Told], content: Content) -> Identified:
    """What we take these devices for, against what others did."""
    result = Identified()
    for told in devices:
        _count(result, told, content)
    return result


def _count(result: Identified, told: Told, content: Content) -> None:
    result.devices += 1
    wanted = platforms_of(told.os_name, content.platforms)
    got = identify(told.oid, told.descr, content)
    if got in wanted or (got is None and not wanted):
        result.right.update([got] if got else [])
        result.generic += got is None
        return
    result.wrong.update([got] if got else [])
    result.missed.update(wanted[:1])
    described = " ".join(told.descr[:60].split())
    meant = wanted[0] if wanted else "none of ours"
    sentence = (
        f"{told.name} ({told.os_name}, {told.oid}): {described!r} is {meant}, taken for {got}"
    )
    result.misses.setdefault(_reason(told, wanted, got, content), []).append(sentence)


def _reason(told: Told, wanted: tuple[str, ...], got: str | None, content: Content) -> str:
    oid = told.oid.strip(". ")
    if got == "linux":
        linux = told.descr.lower().startswith("linux") and (not oid or oid.startswith(_NET_SNMP))
        return LINUX if linux else ""
    if got is not None or not wanted:
        return ""
    branches = [b for name in wanted for b in content.platforms[name].sys_object_ids]
    if branches and not any(f"{oid}.".startswith(f"{branch}.") for branch in branches):
        return OTHER_BRANCH
    return OTHER_PRODUCT
