"""Events as observations of the tree: who is meant, and what the source can know of him. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from netdiag.model.event import Event
from netdiag.outages.observation import Kind, Observation, State
from netdiag.service.watch.tree import Known

_KINDS = {str(kind): kind for kind in Kind}
_STATES = {str(state): state for state in State}
_TOLD_LATE = timedelta(minutes=25)  # inference looks back for 32


def observations(event: Event, known: Known, received_at: datetime) -> Iterator[Observation]:
    """What an event says of leaves of the tree; nothing when nobody in it is meant. A clock that
    is ahead of its event's receipt is not believed. A silence that a cut-off worker tells later
    than inference reaches back would only make the device one that was always down: the next sweep
    tells of it again."""
    kind, state = _KINDS.get(event.kind), _STATES.get(event.state)
    if kind is None or state is None:
        return
    if event.source == "sweep" and state is State.DOWN and received_at - event.at > _TOLD_LATE:
        return
    side, segment = event.detail.get("side"), event.detail.get("segment")
    for subject in _meant(event, known):
        yield Observation(
            min(event.at, received_at).timestamp(),
            subject,
            kind,
            state,
            side if isinstance(side, str) else "",
            segment if isinstance(segment, str) else "",
        )


def unresolved(event: Event, known: Known) -> tuple[str, int] | None:
    """Device and ifIndex of a port whose name has to be asked for before the event says anything;
    None when there is nothing to ask."""
    index = event.detail.get("if_index")
    device = event.subject.partition(":")[0]
    if not isinstance(index, int) or device not in known.ports or event.state == "unknown":
        return None
    return None if _meant(event, known) else (device, index)


def _meant(event: Event, known: Known) -> tuple[str, ...]:
    mark = event.detail.get("mark")
    if isinstance(mark, str) and mark.casefold() in known.marks:
        return (known.marks[mark.casefold()],)
    return known.subjects(event.subject)
