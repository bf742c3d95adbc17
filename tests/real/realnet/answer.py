"""What netdiag says, as a person at the desk or a ticket system gets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from realnet.network import Network

DEADLINE_S = "8"  # more than the usual five: a machine that runs tests may be busy


@dataclass(frozen=True, slots=True)
class Answer:
    """One run of `netdiag diagnose --json --save`."""

    code: int
    document: dict[str, Any]
    saved: dict[str, Any]
    errors: str
    seconds: float

    @property
    def fault(self) -> str:
        """Code of the fault."""
        return str(self.document["verdict"]["fault"])

    @property
    def side(self) -> str:
        """Who has to act."""
        return str(self.document["verdict"]["side"])

    @property
    def grade(self) -> str:
        """How far the logic carries it."""
        return str(self.document["verdict"]["grade"])

    @property
    def said(self) -> tuple[str, str, int]:
        """Fault, side and exit code of a verdict that the logic carries; the fault with a mark
        behind it where only points do, or where `certain` hides a doubt that is open."""
        verdict = self.document["verdict"]
        doubts = bool(verdict["open_nearer"]) or bool(verdict["weak"])
        sound = self.grade == ("probable" if doubts else "certain")
        return self.fault + ("" if sound else f" ({self.grade})"), self.side, self.code

    @property
    def leading(self) -> set[str]:
        """Faults in the lead of an undetermined verdict."""
        return set(self.document["verdict"]["leading"])

    def value(self, fact: str) -> object:
        """Value of a fact; `absent: <reason>` when it has none."""
        reading = self.saved.get(fact, {"why": "not_asked"})
        return reading["value"] if "value" in reading else f"absent: {reading['why']}"

    def values(self, names: Iterable[str]) -> dict[str, object]:
        """Values of several facts."""
        return {name: self.value(name) for name in names}

    def supports(self) -> dict[str, object]:
        """Facts that the verdict itself names as its evidence."""
        return {one["fact"]: one["value"] for one in self.document["evidence"]["supports"]}

    def story(self) -> str:
        """Everything that a failed test should show."""
        verdict = self.document["verdict"]
        alternatives = [(a["fault"], a["side"]) for a in self.document["alternatives"]]
        probes = [(p["probe"], p["outcome"], p["why"]) for p in self.document["probes"]]
        facts = {name: self.value(name) for name in self.saved}
        lines = [verdict, alternatives, self.document["evidence"], probes, facts]
        return "\n".join(json.dumps(line, ensure_ascii=False, default=str) for line in lines)


def diagnose(net: Network, key: str, backend: str = "postgresql") -> Answer:
    """Run netdiag on the management host."""
    return diagnose_all(net, [key], backend)[0]


def diagnose_all(net: Network, keys: Sequence[str], backend: str = "postgresql") -> list[Answer]:
    """Run netdiag for several subscribers, two at once, as two operators would."""
    net.forget_readings(backend)  # of the network as an earlier test had it
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda key: _run(net, key, backend), keys))


def meanwhile(net: Network, key: str, look: Callable[[], None]) -> Answer:
    """Run netdiag, and look with stock tools meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(diagnose, net, key)
        look()
        return answer.result()


def _run(net: Network, key: str, backend: str) -> Answer:
    save = net.space.folder / f"diagnosis-{backend}-{key}.json"
    save.unlink(missing_ok=True)
    words = ("diagnose", key, "--json", "--save", str(save), "--deadline", DEADLINE_S)
    code, out, errors, seconds = net.netdiag(backend, *words)
    document = json.loads(out) if out.startswith("{") else {}
    saved = json.loads(save.read_text())["facts"] if save.exists() else {}
    return Answer(code, document, saved, errors, seconds)
