"""One port as a monitoring plugin sees it: a state, a sentence, performance data. Pure.

The states and their codes are those of the Monitoring Plugins Development Guidelines; by these a
silence is a finding (CRITICAL), and what we could not find out for other reasons is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from netdiag.model.fact import Facts
from netdiag.model.words import AbsenceReason

FACTS = (
    "port.oper_status",
    "port.admin_status",
    "port.speed_mbps",
    "port.duplex",
    "port.fcs_errors_rate",
    "port.util_pct",
)
_SILENT = (AbsenceReason.NOT_REACHABLE, AbsenceReason.TIMED_OUT)


class State(IntEnum):
    """Exit codes of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From what value on a port is worth a warning or an alarm.

    `errors_*`: damaged frames per million received (dot3StatsFCSErrors, RFC 3635). `speed_mbps`:
    a link slower than that is a warning; None: any speed will do. `down`: what a port without
    link is.
    """

    errors_warning: float
    errors_critical: float
    speed_mbps: float | None = None
    down: State = State.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PortState:
    """What the plugin says. `perfdata` is in the plugins' notation."""

    state: State
    text: str
    perfdata: str


def port_state(facts: Facts, limits: Limits) -> PortState:
    """Judge the facts of one port."""
    found = sorted(_findings(facts, limits), key=lambda one: -_weight(one[0]))
    worst = found[0][0] if found else State.OK
    text = "; ".join(text for _, text in found) or _well(facts)
    return PortState(state=worst, text=text, perfdata=_perfdata(facts, limits))


def _weight(state: State) -> int:
    """What is surely bad counts more than what is not known."""
    return (0, 2, 3, 1)[state]


def _findings(facts: Facts, limits: Limits) -> Iterator[tuple[State, str]]:
    oper = facts.fact("port.oper_status")
    if oper is None:
        absence = facts.absence("port.oper_status")
        state = State.CRITICAL if absence.why in _SILENT else State.UNKNOWN
        why = str(absence.why).replace("_", " ")
        yield state, ": ".join(filter(None, ("no answer about the port", why, absence.detail)))
        return
    if _is(facts, "port.admin_status", "down"):
        yield min(State.WARNING, limits.down), "switched off in the configuration"
        return
    if oper.value != "up":
        yield limits.down, f"link {oper.value}"
        return
    yield from _of_a_living_link(facts, limits)


def _of_a_living_link(facts: Facts, limits: Limits) -> Iterator[tuple[State, str]]:
    errors = facts.fact("port.fcs_errors_rate")
    rate = _number(facts, "port.fcs_errors_rate")
    if errors is not None and rate is not None and rate >= limits.errors_warning:
        sure = rate >= limits.errors_critical and not errors.weak
        text = f"{rate:g} damaged frames per million"
        yield State.CRITICAL if sure else State.WARNING, text
    speed = _number(facts, "port.speed_mbps")
    if limits.speed_mbps is not None and speed is not None and speed < limits.speed_mbps:
        yield State.WARNING, f"{speed:g} Mb/s, less than {limits.speed_mbps:g}"
    if _is(facts, "port.duplex", "half"):
        yield State.WARNING, "half duplex"


def _well(facts: Facts) -> str:
    speed = _number(facts, "port.speed_mbps")
    text = "link up" if speed is None else f"link up, {speed:g} Mb/s"
    if facts.fact("port.fcs_errors_rate") is None:
        return f"{text}; damaged frames were not measured"
    return text


def _perfdata(facts: Facts, limits: Limits) -> str:
    told = []
    rate = _number(facts, "port.fcs_errors_rate")
    if rate is not None:
        bounds = f"{limits.errors_warning:g};{limits.errors_critical:g}"
        told.append(f"fcs_errors_per_million={rate:g};{bounds};0")
    speed = _number(facts, "port.speed_mbps")
    if speed is not None:
        told.append(f"speed_mbps={speed:g};;;0")
    load = _number(facts, "port.util_pct")
    if load is not None:
        told.append(f"load={load:g}%;;;0;100")
    return " ".join(told)


def _is(facts: Facts, name: str, value: str) -> bool:
    fact = facts.fact(name)
    return fact is not None and fact.value == value


def _number(facts: Facts, name: str) -> float | None:
    fact = facts.fact(name)
    value = fact.value if fact else None
    return float(value) if isinstance(value, int | float) else None
