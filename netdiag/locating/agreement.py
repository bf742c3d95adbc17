"""Where somebody is seen, against what the inventory says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from netdiag.locating.ports import same_port
from netdiag.locating.sightings import Place, certain

_SHARED = ":"  # 0/1/3:12 is ONU 12 on the PON port 0/1/3


class Agreement(StrEnum):
    """What the inventory says of the place."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_ON_FILE = "not_on_file"  # the inventory knows no place to compare with
    AMBIGUOUS = "ambiguous"  # several places, and none of them leads
    NOT_SEEN = "not_seen"


def compared(places: Sequence[Place], device: str | None, port: str | None) -> Agreement:
    """The places against what the inventory says."""
    if not places:
        return Agreement.NOT_SEEN
    if device is None or port is None:
        return Agreement.NOT_ON_FILE
    if not certain(places):
        return Agreement.AMBIGUOUS
    first = places[0]
    here = first.device == device and on_port(first.port, port)
    return Agreement.AGREES if here else Agreement.DIFFERS


def on_port(seen: str, recorded: str) -> bool:
    """Is it the recorded port? An ONU or radio is recorded below the port that is shared."""
    shared = recorded.rpartition(_SHARED)[0]
    return same_port(seen, recorded) or (bool(shared) and same_port(seen, shared))
