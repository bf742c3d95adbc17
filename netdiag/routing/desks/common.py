"""What the configuration says about every ticket system, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netdiag.model.ticket import TicketState

LANGUAGES = ("en", "ru", "fa")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
# What netdiag can write into fields of a ticket, each where the operator named a field for it.
FIELDS = ("subscriber", "fault", "side", "diagnosis", "outage", "due", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """One ticket system: whom we are there, and its words for ours."""

    name: str
    kind: str
    language: str = "en"
    me: str = "netdiag"  # netdiag's own account there
    queues: Mapping[str, str] = field(default_factory=dict)  # our desk → its queue
    priorities: Mapping[str, str] = field(default_factory=dict)  # P1 … P5 → its word
    fields: Mapping[str, str] = field(default_factory=dict)  # of FIELDS → its field
    states: Mapping[TicketState, str] = field(default_factory=dict)  # what to set
    meanings: Mapping[str, TicketState] = field(default_factory=dict)  # its status → ours
    poll_s: float | None = None

    def queue(self, desk: str | None) -> str | None:
        """Its queue for our desk: of the longest name that fits (`field` serves `field.line`)."""
        parts = (desk or "").split(".")
        for length in range(len(parts), 0, -1):
            found = self.queues.get(".".join(parts[:length]))
            if found is not None:
                return found
        return None

    def meaning(self, status: str) -> TicketState:
        """Its status in our words; an unknown one is open: then nobody forgets it."""
        return self.meanings.get(status.casefold(), TicketState.OPEN)

    def desk_of(self, queue: str | None) -> str | None:
        """Our desk for its queue."""
        return next((desk for desk, name in self.queues.items() if name == queue), None)
