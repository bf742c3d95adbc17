"""What a sweep brought so far; one per batch, and their sum. All of it can be written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from netdiag.model.condition import Truth
from netdiag.model.sweep import Hit, Reach
from netdiag.service.sweep.visit import Visit

_MOST = 5000  # devices named one by one


@dataclass(slots=True)
class Tally:
    """`trouble`: devices that did not answer as they should, with the reason. `new`, `gone`: ids of
    findings. `later`: hits and stands of rules that look at whole sites."""

    counts: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)  # judged devices of each site
    trouble: list[dict[str, str]] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    later_stands: list[list[str]] = field(default_factory=list)
    varbinds: int = 0

    def add_visit(self, visit: Visit, site: str) -> None:
        """Count one device."""
        self.counts[visit.reach] = self.counts.get(visit.reach, 0) + 1
        self.varbinds += visit.varbinds
        if visit.reach in (Reach.OK, Reach.PARTIAL):
            self.sites[site] = self.sites.get(site, 0) + 1
        if visit.reach is not Reach.OK and len(self.trouble) < _MOST:
            row = {"device": visit.device, "reach": str(visit.reach), "why": visit.detail}
            self.trouble.append(row)

    def add(self, other: Tally) -> None:
        """Count another batch."""
        for mine, theirs in ((self.counts, other.counts), (self.sites, other.sites)):
            for name, number in theirs.items():
                mine[name] = mine.get(name, 0) + number
        for name in ("trouble", "new", "gone", "later", "later_stands"):
            getattr(self, name).extend(getattr(other, name))
        self.varbinds += other.varbinds

    def postpone(self, hit: Hit) -> None:
        """A hit that waits for the rest of its site."""
        told = asdict(hit)
        told["evidence"] = {
            k: list(v) if isinstance(v, tuple) else v for k, v in hit.evidence.items()
        }
        self.later.append(told)

    def postponed(self) -> list[Hit]:
        """Those that waited."""
        return [Hit(**told) for told in self.later]

    def stands(self) -> dict[tuple[str, str, str], Truth]:
        """How the rules of open findings stand that look at whole sites."""
        return {(rule, device, place): Truth[truth] for rule, device, place, truth in
                self.later_stands}  # fmt: skip

    @property
    def done(self) -> int:
        """Devices so far."""
        return sum(self.counts.values())

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Tally:
        """From JSON."""
        return cls(**{name: told[name] for name in cls.__dataclass_fields__})
