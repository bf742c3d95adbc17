"""Closed sets of words. Every member says what it means; the value is what JSON carries."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Who has to act. There is never a sixth."""

    PROVIDER = "provider"
    SUBSCRIBER = "subscriber"
    ACCOUNT = "account"
    NONE = "none"
    UNDETERMINED = "undetermined"


class Segment(StrEnum):
    """Stretch of the path from the contract to the far end, in the order in which it is walked."""

    ACCOUNT = "account"
    CORE = "core"
    AGGREGATION = "aggregation"
    ACCESS = "access"
    DROP = "drop"
    CPE = "cpe"
    LAN = "lan"
    REMOTE = "remote"


class Category(StrEnum):
    """The desk's view of a fault, for statistics."""

    TECHNICAL = "technical"
    TARIFF = "tariff"
    INFECTION = "infection"
    SETTINGS = "settings"


class Severity(StrEnum):
    """Perceived severity (ITU-T X.733)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"
    INDETERMINATE = "indeterminate"
    CLEARED = "cleared"


class Grade(StrEnum):
    """How far the logic carries a verdict."""

    CERTAIN = "certain"  # confirmed, and nothing nearer the core is open
    PROBABLE = "probable"  # confirmed, but something nearer the core could not be settled
    POSSIBLE = "possible"  # nothing confirmed; the points put it 10 dB ahead of every other side


class AbsenceReason(StrEnum):
    """Why a question has no answer. None of these says anything about the thing asked about."""

    NOT_REACHABLE = "not_reachable"  # no route, connection refused, host unreachable
    TIMED_OUT = "timed_out"  # asked, and silence until the deadline
    ACCESS_DENIED = "access_denied"  # wrong password, community or right
    NOT_SUPPORTED = "not_supported"  # the device or platform cannot tell
    NOT_IN_INVENTORY = "not_in_inventory"  # we do not know what to ask about
    UNREADABLE = "unreadable"  # an answer came, but it is nonsense
    NOT_ASKED = "not_asked"  # nobody asked: not needed, no consent, no time, no second reading


class Outcome(StrEnum):
    """What became of one probe."""

    OK = "ok"
    ABSENT = "absent"
    SKIPPED = "skipped"


class Role(StrEnum):
    """What a device does in the network."""

    CORE = "core"
    BNG = "bng"
    AGGREGATION = "aggregation"
    ACCESS = "access"
    OLT = "olt"
    AP = "ap"


class ServiceKind(StrEnum):
    """How the subscriber is authorised."""

    PPPOE = "pppoe"
    DHCP = "dhcp"
    STATIC = "static"
    HOTSPOT = "hotspot"


class AccessKind(StrEnum):
    """Medium of the last stretch."""

    COPPER = "copper"
    PON = "pon"
    WIRELESS = "wireless"


class Disruption(StrEnum):
    """What a probe does to the service it looks at."""

    NONE = "none"
    LOAD = "load"  # loads the device
    BRIEF = "brief"  # may stop the service for seconds
    OUTAGE = "outage"  # stops the service


class Consent(StrEnum):
    """When a disruptive probe may run without being asked for."""

    NONE = "none"  # it disturbs nothing
    UNLESS_PORT_DOWN = "unless_port_down"  # by itself only when the port is already down
    ALWAYS = "always"  # a person says so every time
