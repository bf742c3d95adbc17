"""What no open outage explains, and what goes up and down: pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from netdiag.service.board.state import Flap, Light, Lit, Symptom
from netdiag.service.board.tree import Lights
from netdiag.store.glance import Found, Seen

FLAPPING = 4  # changes within the hour that is looked at
_EXPLAINED = (Light.DOWN, Light.CUT, Light.CLEARING)


def explained(device: str, port: str | None, lights: Lights) -> bool:
    """Is that place behind an outage that is more than suspected?"""

    def explains(lit: Lit) -> bool:
        here = lit.port is not None and lit.port.casefold() == (port or "").casefold()
        return lit.light in _EXPLAINED if lit.port is None else here and lit.light is Light.PART

    return any(explains(one) for one in lights.get(device, ()))


def unexplained(
    found: Iterable[Found],
    seen: Iterable[Seen],
    lights: Lights,
    place_of: Callable[[str], tuple[str, str | None] | None],
) -> list[Symptom]:
    """Measured faults and reported losses of places that no outage covers, the widest first.

    `place_of`: device and port of a subject (subscriber, device, device:port), None: not known.
    """
    symptoms = [
        Symptom(place=one.device, what=one.fault, count=one.count, last=one.last)
        for one in found
        if not explained(one.device, None, lights)
    ]
    lost: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        if one.state != "down":
            continue
        place = place_of(one.subject)
        if place is None:
            lost.setdefault((one.subject, one.kind), []).append(one)
        elif not explained(*place, lights):
            lost.setdefault((place[0], one.kind), []).append(one)
    symptoms += [
        Symptom(place=place, what=kind, count=len(some), last=max(one.at for one in some))
        for (place, kind), some in lost.items()
    ]
    return sorted(symptoms, key=lambda one: (-one.count, one.place, one.what))


def flapping(seen: Iterable[Seen], known: Collection[str] = ()) -> list[Flap]:
    """Subjects that changed their state again and again, the most restless first."""
    found = [
        Flap(subject=one.subject, changes=one.changes, last=one.at, state=one.state)
        for one in seen
        if one.changes >= FLAPPING and one.subject not in known
    ]
    return sorted(found, key=lambda flap: (-flap.changes, flap.subject))
