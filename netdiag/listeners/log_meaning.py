"""What a received log line says of up and down, by the patterns. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.model.event import Event
from netdiag.model.log_pattern import LogPattern
from netdiag.model.logged import Logged


def as_events(lines: Iterable[Logged], patterns: Iterable[LogPattern]) -> list[Event]:
    """Events of those lines that mean something; the first pattern that fits counts. The same line
    of the same moment is the same event."""
    known = tuple(patterns)
    found = (_event(line, known) for line in lines)
    return [one for one in found if one is not None]


def _event(line: Logged, patterns: tuple[LogPattern, ...]) -> Event | None:
    for pattern in patterns:
        fits = pattern.like.search(line.text)
        if fits is not None:
            told = {name: value for name, value in fits.groupdict().items() if value}
            return Event(
                at=line.at,
                source="syslog",
                subject=_subject(line.device, told),
                kind=pattern.kind,
                state=pattern.state,
                detail={"log": pattern.name}
                | ({"cause": pattern.cause} if pattern.cause else {})
                | ({"mark": told["mark"]} if "mark" in told else {}),
                key=f"{line.device}:{line.at.timestamp():.6f}:{line.text}",
            )
    return None


def _subject(device: str, told: dict[str, str]) -> str:
    if "login" in told:
        return told["login"][:200]
    return f"{device}:{told['port']}"[:200] if "port" in told else device
