"""Lines of recorded streams, read one by one. A line that is none says why, for a person."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.resource import Resource

_LATEST = 1e11  # Unix seconds; beyond it somebody wrote milliseconds
_KINDS = {str(kind): kind for kind in Kind}
_STATES = {str(state): state for state in State}


class LineError(ValueError):
    """This line is not of the stream's format; the text says what is wrong with it."""


def resource_of(line: str) -> Resource:
    """One line of a topology. Raises LineError."""
    given = _object(line)
    ident = _text(given, "id")
    kind = _text(given, "kind")
    parents = given.get("parents") or []
    if isinstance(parents, str):
        parents = [parents]
    if not isinstance(parents, list) or not all(isinstance(p, str) and p for p in parents):
        raise LineError("'parents' is a list of ids")
    return Resource(ident, kind, tuple(parents))


def event_of(line: str) -> Observation | float:
    """One line of events: an observation, or the moment of a tick. Raises LineError."""
    given = _object(line)
    at = given.get("t")
    if isinstance(at, bool) or not isinstance(at, int | float) or not isfinite(at):
        raise LineError("'t' is a number, Unix seconds")
    if not 0 <= at <= _LATEST:
        raise LineError(f"'t' is Unix seconds; {at:g} is not (milliseconds?)")
    kind = _text(given, "kind")
    if kind == "tick":
        return float(at)
    if kind not in _KINDS:
        raise LineError(f"'kind' is one of {', '.join(_KINDS)} or tick, not {kind!r}")
    state = _text(given, "state")
    if state not in _STATES:
        raise LineError(f"'state' is one of {', '.join(_STATES)}, not {state!r}")
    detail = given.get("detail")
    if not isinstance(detail, dict | None):
        raise LineError("'detail' is an object")
    side, segment = (detail or {}).get("side"), (detail or {}).get("segment")
    return Observation(
        float(at),
        _text(given, "subject"),
        _KINDS[kind],
        _STATES[state],
        side if isinstance(side, str) else "",
        segment if isinstance(segment, str) else "",
    )


def _object(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise LineError("is not JSON") from None
    if not isinstance(given, dict):
        raise LineError("is not a JSON object")
    return given


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids that are numbers
    if not isinstance(value, str) or not value:
        raise LineError(f"{key!r} is missing or no text")
    return value
