"""Lines of recorded streams, read one by one. A line that is none says why, for a person."""

from __future__ import annotations

import json
from typing import Any

from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.resource import Resource

_LATEST = 1e11  # Unix seconds; beyond it somebody wrote milliseconds
_FIRST = 1.0  # a moment of 0 would be none
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
    if not isinstance(parents, list):
        raise LineError("'parents' is a list of ids")
    above = tuple(_ident(parent, "'parents'") for parent in parents)
    if any(map(_has_half_a_character, (ident, *above))):
        raise LineError("has an id with half of a surrogate pair, which is no character")
    return Resource(ident, kind, above)


def event_of(line: str) -> Observation | float:
    """One line of events: an observation, or the moment of a tick. Raises LineError."""
    given = _object(line)
    at = given.get("t")
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise LineError("'t' is a number, Unix seconds")
    if not 0 <= at <= _LATEST:  # NaN is not, either
        raise LineError(f"'t' is Unix seconds; {str(at)[:20]} is not (milliseconds?)")
    kind = _text(given, "kind")
    moment = max(_FIRST, float(at))
    if kind == "tick":
        return moment
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
        moment,
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
    return _ident(given.get(key), repr(key))


def _ident(value: object, what: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids that are numbers
    if not isinstance(value, str) or not value:
        raise LineError(f"{what} is missing or no text")
    return value


def _has_half_a_character(ident: str) -> bool:
    return any("\ud800" <= one <= "\udfff" for one in ident)
