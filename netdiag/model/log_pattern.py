"""What a line of a device's log says of up and down: patterns are data (probes/logs)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPattern:
    """One meaning of a line.

    `like` is searched in the text behind the syslog header. Its named group tells who is meant:
    `port` a port of the sender, `login` a subscriber by his login, `mark` one by his MAC address
    or serial number; without any the subject is the sender.
    """

    name: str
    like: re.Pattern[str]
    kind: str  # of model.event.KINDS
    state: str  # of model.event.STATES
    cause: str | None = None  # power, fibre, device: what it hints at
    source: str = ""
    proven: tuple[str, ...] = ()


PLACES = ("port", "login", "mark")
