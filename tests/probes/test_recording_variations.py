"""Recorded agents, made a little poorer or odder than they were: what the port probes read of them
is the same or not known. Never another value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench import ports, snmprec
from bench.snmprec import Recording
from netdiag.model.content import Content
from netdiag.model.wire import Cell

pytestmark = pytest.mark.recordings

EVERY = 6  # of some two hundred recordings
PORTS = 3  # of each

IF_X, HIGH_SPEED = "1.3.6.1.2.1.31.1.1.1.", "1.3.6.1.2.1.31.1.1.1.15."
NAME, ALIAS = f"{IF_X}1.", f"{IF_X}18."
COUNTERS = ("1.3.6.1.2.1.2.2.1.14.", "1.3.6.1.2.1.10.7.2.1.3.")
Values = dict[str, Cell]


def without(*branches: str) -> Callable[[Values], Values]:
    return lambda values: {o: v for o, v in values.items() if not o.startswith(branches)}


def as_text(values: Values) -> Values:
    """Agents behind proxies send every number as a text."""
    return {o: str(v) if isinstance(v, int) else v for o, v in values.items()}


def padded(values: Values) -> Values:
    """Names with a NUL at the end, as some agents copy them out of C."""
    return {
        o: f"{v}\0".encode() if o.startswith(NAME) and isinstance(v, str) else v
        for o, v in values.items()
    }


def parted(values: Values) -> Values:
    return {
        o: f"{v:,}" if o.startswith(COUNTERS) and isinstance(v, int) else v
        for o, v in values.items()
    }


def in_bits(values: Values) -> Values:
    return {
        o: v * 1_000_000 if o.startswith(HIGH_SPEED) and isinstance(v, int) else v
        for o, v in values.items()
    }


SAME = {"numbers as texts": as_text, "a NUL behind names": padded, "parted thousands": parted}
POORER = {
    "no ifXTable": without(IF_X),
    "no names": without(NAME),
    "no EtherLike-MIB": without("1.3.6.1.2.1.10.7."),
    "no RMON": without("1.3.6.1.2.1.16."),
    "no bridge": without("1.3.6.1.2.1.17."),
    "no aliases": without(ALIAS),
    "nothing of the maker": without("1.3.6.1.4.1."),
    "bits in the column of megabits": in_bits,
}


def varied(recording: Recording, vary: Callable[[Values], Values]) -> Recording:
    values = vary(recording.values)
    order = tuple(oid for oid in recording.order if ".".join(map(str, oid)) in values)
    return replace(recording, values=values, order=order, walked={})


@pytest.mark.parametrize("name", [*SAME, *POORER])
def test_a_poorer_agent_is_read_the_same_or_not_at_all(
    content: Content, data: Path, name: str
) -> None:
    told = ports.parsed(data)
    compared = 0
    for path in [p for p in ports.recorded(data) if p.name in told][::EVERY]:
        recording = snmprec.load(path)
        other = varied(recording, {**SAME, **POORER}[name])
        platform = ports.platform_of(recording, content)
        for port in [*ports.ports(told[path.name], {})][:PORTS]:
            before = ports.read(port.name, recording, platform, content)
            after = ports.read(port.name, other, platform, content)
            for fact in ports.FACTS:
                old, new = before.fact(fact), after.fact(fact)
                if old is None or (new is None and name in POORER):
                    continue
                where = f"{path.name} ({platform}) {port.name!r} {fact}"
                assert new is not None, where
                assert new.value == old.value, where
                compared += 1
    assert compared > 100
