"""How well sysObjectID and sysDescr tell our platforms apart: ident.csv against `identify`."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from netdiag.model.content import Content
from netdiag.probing.identify import identify

# Names of operating systems in the recordings (a number or model may follow) → our platforms.
_PLATFORMS = {
    r"routeros": "mikrotik_routeros",
    r"dlink(?!ap)": "dlink_ds",
    r"eltex-mes": "eltex",
    r"ios(xe)?(?![a-z])": "cisco_ios",
    r"vrp": "huawei_vrp",
    r"linux": "linux",
}


@dataclass(slots=True, kw_only=True)
class Identified:
    """Right, wrongly taken for a platform, and missed, by platform."""

    devices: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    appliances: int = 0  # of the wrong ones: Linux inside, sold under another name
    examples: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of all devices that were named rightly, `none of ours` included."""
        return round(1 - len(self.examples) / self.devices, 4) if self.devices else 0.0

    def table(self) -> dict[str, dict[str, float]]:
        """Counts, precision and recall by platform."""
        return {name: self._row(name) for name in sorted(set(_PLATFORMS.values()))}

    def _row(self, name: str) -> dict[str, float]:
        right, wrong, missed = self.right[name], self.wrong[name], self.missed[name]
        return {
            "right": right,
            "wrong": wrong,
            "missed": missed,
            "precision": round(right / (right + wrong), 4) if right + wrong else 1.0,
            "recall": round(right / (right + missed), 4) if right + missed else 1.0,
        }


def truth(os_name: str) -> str | None:
    """Our platform for an operating system as the recordings name it, None for a strange one."""
    return next((p for pattern, p in _PLATFORMS.items() if re.match(pattern, os_name)), None)


def measure(data: Path, content: Content) -> Identified:
    """Identify every device of ident.csv."""
    result = Identified()
    with (data / "ident.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            wanted = truth(row["librenms_os"])
            got = identify(row["sysObjectID"], row["sysDescr"], content)
            _count(result, row, wanted, got)
    return result


def _count(result: Identified, row: dict[str, str], wanted: str | None, got: str | None) -> None:
    result.devices += 1
    if wanted == got:
        result.right.update([got] if got else [])
        return
    result.wrong.update([got] if got else [])
    result.missed.update([wanted] if wanted else [])
    if got == "linux" and row["sysDescr"].startswith("Linux"):
        result.appliances += 1
    described = row["sysDescr"][:60].replace("\n", " ")
    result.examples.append(f"{row['file']}: {described!r} is {wanted}, taken for {got}")
