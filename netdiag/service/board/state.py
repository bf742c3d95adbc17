"""The board at one moment: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from netdiag.model.outage import Outage
from netdiag.model.words import Side


class Light(StrEnum):
    """How a device stands. The order is that of attention."""

    DOWN = "down"  # the root of a confirmed outage
    CUT = "cut"  # nothing is known to be wrong with it, but every path to it is
    SUSPECTED = "suspected"
    PART = "part"  # an outage of one of its ports
    SILENT = "silent"  # it does not answer netdiag; that is no outage yet
    WEAK = "weak"  # reachable, but a redundant way of it is gone
    CLEARING = "clearing"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """A device's light and the outage that lit it."""

    light: Light
    outage: str | None = None
    port: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Devices below one that share a fate, by name, also deeper ones: shown as one line."""

    light: Light
    outage: str | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One device of the tree. `branches` need a look of their own; `groups` are the rest."""

    device: str
    role: str
    site: str | None
    lit: tuple[Lit, ...]
    redundant: bool
    branches: tuple[Node, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def light(self) -> Light:
        """The one that needs attention most."""
        order = list(Light)
        return min((one.light for one in self.lit), key=order.index, default=Light.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRow:
    """An open outage with what is being done about it."""

    outage: Outage
    note: str = ""
    note_by: str = ""
    note_at: datetime | None = None
    tickets: int = 0
    held: int = 0  # visits and notices that are held back because of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """Something wrong that no open outage explains."""

    place: str
    what: str  # a fault's code, or a kind of event
    count: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flap:
    """A port or session that goes up and down."""

    subject: str
    changes: int
    last: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A resource that is gone while all that hangs on it is reached another way: no outage, but
    the next failure will be one."""

    resource: str
    since: datetime
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Verdicts of one side in the last hours, and how many are usual at this time of the day."""

    side: Side
    now: int
    usual: float | None  # None: there are no earlier days to compare with

    @property
    def unusual(self) -> bool:
        """Far more than on other days: three standard deviations of a Poisson count."""
        if self.usual is None or self.now < 5:
            return False
        return bool(self.now - self.usual > 3 * max(self.usual, 1.0) ** 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that was not told, and why. `state`: held, dropped or failed."""

    at: datetime
    what: str
    because: str
    state: str = "held"
    outage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """netdiag itself. `troubles` are sentences; empty: all is well."""

    waiting: int
    jobs: Mapping[str, int] = field(default_factory=dict)
    oldest_s: float = 0.0
    silent: tuple[str, ...] = ()
    workers: Mapping[str, int] = field(default_factory=dict)  # site → living processes
    last_sweep: datetime | None = None
    findings: int | None = None
    revision: str = ""
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """Everything that the board shows. Outages: those with most subscribers first."""

    at: datetime
    outages: tuple[OutageRow, ...]
    tree: tuple[Node, ...]
    devices: int
    symptoms: tuple[Symptom, ...]
    flaps: tuple[Flap, ...]
    mix: tuple[Share, ...]
    held: tuple[Held, ...]
    weak: tuple[Weak, ...]
    health: Health

    @property
    def subscribers(self) -> int:
        """How many stand behind open outages that are not merely suspected, as far as known."""
        return sum(
            row.outage.subscribers or 0 for row in self.outages if row.outage.state != "suspected"
        )


def worst(node: Node) -> int:
    """Place of the light in a branch that needs attention most; smaller is worse."""
    order = list(Light)
    lights = [node.light, *(group.light for group in node.groups)]
    return min([*(order.index(light) for light in lights), *(worst(one) for one in node.branches)])
