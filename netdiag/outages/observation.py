"""What a source saw of one subject at one moment: the only evidence that inference takes."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How it was seen. Each has a reliability of its own (`model.py`)."""

    PROBE = "probe"  # ping, SNMP poll, any question that was answered or not
    SESSION = "session"  # PPPoE, DHCP or RADIUS accounting: started, renewed, ended
    VERDICT = "verdict"  # of a diagnosis; down when it found a fault outside the account
    TRAP = "trap"  # SNMP trap or syslog: link, ONU, neighbour
    CONTACT = "contact"  # somebody complained (down), or took it back (up)
    POWER = "power"  # dying gasp or battery alarm (down), power is back (up)


class State(StrEnum):
    """The subject's state as that source sees it."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"  # could not be asked: says nothing about the subject


class Observation(NamedTuple):
    """`t` in Unix seconds; `subject` is the id of a subscriber or a resource.

    `side` and `segment` are those of a verdict (words of `netdiag.model.words`), else empty.
    """

    t: float
    subject: str
    kind: Kind
    state: State
    side: str = ""
    segment: str = ""
