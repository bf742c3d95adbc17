"""What happens on the recorded devices between two sweeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.agents.table import COUNTER, GAUGE, INTEGER, TICKS, WIDE, Value

_IF, _X, _ETHER = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.3.6.1.2.1.10.7.2.1"
DESCR, TYPE, OPER, CHANGED, ERRORS = (f"{_IF}.{n}" for n in (2, 3, 8, 9, 14))
IN, UCAST, MCAST, BCAST, OUT = (f"{_X}.{n}" for n in (6, 7, 8, 9, 10))
SPEED = f"{_X}.15"
FCS, DUPLEX = f"{_ETHER}.3", f"{_ETHER}.19"
_UPTIME, _ENGINE = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.10.2.1.3.0"
_ETHERNET = (6, 62, 117)
_SOFT = re.compile(r"(?i)vlan|port-channel|link-aggregation|bond|^br|^(eth|ath|air)\d+\.")
_WRAP = 2**32
_BYTES, _FRAMES = 40_000_000, 60_000  # of a healthy port in a quarter of an hour
_FEW_PER_S = 2  # broadcasts

Wanted = set[tuple[str, str]]


@dataclass(slots=True, kw_only=True)
class Stage:
    """Both tables of one device, and its ports by ifIndex. `trunk` carries most."""

    first: dict[str, Value]
    second: dict[str, Value]
    seconds: float
    live: list[str]  # Ethernet, up, not the trunk
    dead: list[str]  # Ethernet, down
    virtual: list[str]  # up, no Ethernet
    trunk: str
    reset: bool = False

    def grow(self, column: str, index: str, by: int) -> None:
        """Let a counter of the second table be so much above the first."""
        old = self.first[f"{column}.{index}"]
        number = int(old.value) + by
        self.second[f"{column}.{index}"] = Value(
            old.tag, number % (_WRAP if old.tag == COUNTER else 2**64)
        )

    def both(self, column: str, index: str, value: Value) -> None:
        """The same in both tables."""
        self.first[f"{column}.{index}"] = self.second[f"{column}.{index}"] = value

    def then(self, column: str, index: str, value: Value) -> None:
        """Only in the second."""
        self.second[f"{column}.{index}"] = value

    def relink(self, index: str) -> None:
        """The link changed a minute before the second sweep."""
        now = int(self.second[_UPTIME].value)
        self.then(CHANGED, index, Value(TICKS, max(1, now - 6000)))


@dataclass(frozen=True, slots=True)
class Act:
    """What happens; `play` changes the second table and says what should be found."""

    name: str
    play: Callable[[Stage], Wanted]


def prepared(table: dict[str, Value], seconds: float) -> Stage | None:
    """Both tables with healthy growth; None when there are no ports to play with."""
    uptime = int(table.get(_UPTIME, Value(TICKS, 123_456_789)).value) % _WRAP
    table[_UPTIME] = Value(TICKS, uptime)
    kinds = _column(table, TYPE)
    oper = _column(table, OPER)
    cable = [i for i, kind in kinds.items() if kind in _ETHERNET and not _soft(table, i)]
    live = [i for i in cable if oper.get(i) == 1]
    dead = [i for i in cable if oper.get(i) == 2]
    virtual = [i for i in kinds if i not in cable and oper.get(i) == 1]
    if len(live) < 2:
        return None
    trunk, *rest = live
    stage = Stage(
        first=table, second={}, seconds=seconds, live=rest, dead=dead, virtual=virtual, trunk=trunk
    )
    for index in (*live, *virtual):
        _counters(stage, index)
    stage.second = dict(stage.first)
    _age(stage, uptime)
    for index in (*live, *virtual):
        many = 40 if index == trunk else 1
        for column, by in ((IN, _BYTES), (OUT, _BYTES), (UCAST, _FRAMES)):
            stage.grow(column, index, by * many)
        stage.grow(BCAST, index, round(_FEW_PER_S * seconds) * many)
    return stage


def _soft(table: Mapping[str, Value], index: str) -> bool:
    """Is it a VLAN, bridge or bond that its agent calls Ethernet?"""
    told = table.get(f"{DESCR}.{index}")
    text = told.value.decode(errors="replace") if told and isinstance(told.value, bytes) else ""
    return _SOFT.search(text) is not None


def _age(stage: Stage, uptime: int) -> None:
    stage.second[_UPTIME] = Value(TICKS, (uptime + round(stage.seconds * 100)) % _WRAP)
    if _ENGINE in stage.first:
        engine = int(stage.first[_ENGINE].value)
        stage.second[_ENGINE] = Value(INTEGER, engine + round(stage.seconds))


def _counters(stage: Stage, index: str) -> None:
    """Recordings hold few counters: the missing ones are added, and the trunk carries most."""
    start = 10**12 if index == stage.trunk else 10**8
    for column in (IN, OUT, UCAST, MCAST, BCAST):
        stage.first[f"{column}.{index}"] = Value(WIDE, start)
    stage.first.setdefault(f"{ERRORS}.{index}", Value(COUNTER, 0))
    stage.first.setdefault(f"{FCS}.{index}", Value(COUNTER, 0))
    stage.first.setdefault(f"{SPEED}.{index}", Value(GAUGE, 1000))
    if int(stage.first[f"{SPEED}.{index}"].value) == 0:
        stage.first[f"{SPEED}.{index}"] = Value(GAUGE, 1000)


def _column(table: Mapping[str, Value], column: str) -> dict[str, int]:
    prefix = f"{column}."
    found = {
        oid[len(prefix) :]: int(value.value)
        for oid, value in table.items()
        if oid.startswith(prefix) and isinstance(value.value, int)
    }
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[0])))


def _nothing(_: Stage) -> Wanted:
    return set()


def _damaged(stage: Stage) -> Wanted:
    index = stage.live[0]
    stage.grow(FCS, index, 400)
    stage.grow(ERRORS, index, 400)
    return {("port.damaged-frames", index)}


def _damaged_trunk(stage: Stage) -> Wanted:
    stage.grow(FCS, stage.trunk, 200)
    stage.grow(ERRORS, stage.trunk, 200)
    return {("trunk.damaged-frames", stage.trunk)}


def _storm(stage: Stage) -> Wanted:
    stage.grow(BCAST, stage.live[-1], round(3000 * stage.seconds))
    return {("port.storm", stage.live[-1])}


def _half(stage: Stage) -> Wanted:
    index = stage.live[0]
    for other in (*stage.live, stage.trunk):
        stage.both(DUPLEX, other, Value(INTEGER, 3))
    stage.both(SPEED, index, Value(GAUGE, 100))
    stage.then(DUPLEX, index, Value(INTEGER, 2))
    stage.relink(index)
    return {("port.half-duplex", index)}


def _wrap(stage: Stage) -> Wanted:
    index = stage.live[0]
    stage.first[f"{ERRORS}.{index}"] = Value(COUNTER, _WRAP - 3)
    stage.second[f"{ERRORS}.{index}"] = Value(COUNTER, 1)
    stage.first[f"{FCS}.{index}"] = Value(COUNTER, _WRAP - 3)
    stage.second[f"{FCS}.{index}"] = Value(COUNTER, 1)
    return set()


def _cleared(stage: Stage) -> Wanted:
    """Somebody cleared the counters of a port that had errors."""
    index = stage.live[0]
    for column, before in ((FCS, 900_000), (ERRORS, 900_000), (UCAST, 10**8), (BCAST, 10**8)):
        tag = stage.first[f"{column}.{index}"].tag
        stage.first[f"{column}.{index}"] = Value(tag, before)
        stage.second[f"{column}.{index}"] = Value(tag, 800)
    return set()


def _restart(stage: Stage) -> Wanted:
    stage.then(_UPTIME[:-2], "0", Value(TICKS, 30_000))
    if _ENGINE in stage.first:
        stage.then(_ENGINE[:-2], "0", Value(INTEGER, 300))
    for index in (*stage.live, stage.trunk):
        for column in (IN, OUT, UCAST, BCAST, FCS, ERRORS):
            tag = stage.first[f"{column}.{index}"].tag
            stage.second[f"{column}.{index}"] = Value(tag, 5000)
    return set()


def _absurd(stage: Stage) -> Wanted:
    """Virtual interfaces with counters that no wire could make; and a port that claims to have
    received a thousand times its speed."""
    for index in stage.virtual:
        stage.grow(FCS, index, 900_000)
        stage.grow(ERRORS, index, 900_000)
        stage.grow(BCAST, index, 10**10)
    liar = stage.live[0]
    stage.grow(IN, liar, 10**15)
    stage.grow(FCS, liar, 900_000)
    stage.grow(ERRORS, liar, 900_000)
    return set()


def _dead_half(stage: Stage) -> Wanted:
    for index in stage.dead:
        stage.both(DUPLEX, index, Value(INTEGER, 2))
        stage.both(SPEED, index, Value(GAUGE, 100))
    return set()


def _switched_off(stage: Stage) -> Wanted:
    index = stage.live[0]
    stage.then(OPER, index, Value(INTEGER, 2))
    stage.then(SPEED, index, Value(GAUGE, 0))
    stage.then(DUPLEX, index, Value(INTEGER, 2))
    stage.relink(index)
    return set()


def _noisy_trunk(stage: Stage) -> Wanted:
    stage.grow(BCAST, stage.trunk, round(9000 * stage.seconds))
    return set()


def _all_half(stage: Stage) -> Wanted:
    """An agent that calls every port half duplex."""
    ports = (*stage.live, stage.trunk)
    if len(ports) < 6:
        return set()
    for index in ports:
        stage.then(DUPLEX, index, Value(INTEGER, 2))
        stage.both(SPEED, index, Value(GAUGE, 1000))
    stage.relink(stage.live[0])
    return set()


def _few_errors(stage: Stage) -> Wanted:
    """Two bad frames in sixty thousand: a plug was pulled."""
    stage.grow(FCS, stage.live[0], 2)
    stage.grow(ERRORS, stage.live[0], 2)
    return set()


ACTS = (
    Act("nothing", _nothing),
    Act("damaged frames", _damaged),
    Act("bait: wrap", _wrap),
    Act("damaged trunk", _damaged_trunk),
    Act("bait: cleared counters", _cleared),
    Act("storm", _storm),
    Act("bait: restart", _restart),
    Act("half duplex", _half),
    Act("bait: absurd counters", _absurd),
    Act("bait: dead ports at half duplex", _dead_half),
    Act("bait: router switched off", _switched_off),
    Act("bait: noisy trunk", _noisy_trunk),
    Act("bait: all half duplex", _all_half),
    Act("bait: few errors", _few_errors),
)
