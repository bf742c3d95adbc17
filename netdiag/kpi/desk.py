"""What became of tickets: solved at once, come back, sent round, visited for nothing, late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from netdiag.kpi.rows import Assumed, Life, Rows
from netdiag.kpi.share import Share, quantile
from netdiag.model.ticket import Happened, Origin, TicketState
from netdiag.model.words import Side

Others = Mapping[str, Sequence[Life]]
_OVER = (TicketState.RESOLVED, TicketState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFigures:
    """Figures over tickets."""

    opened: int
    behind_outages: int
    contacts: int
    at_first_contact: Share
    still_open_to_repeat: int  # solved so lately that a repeat may still come
    repeats: Share
    bounced: Share
    bounces: int
    reopened: Share
    for_nothing: Share
    sla_kept: Share
    to_verdict_s: tuple[float, ...]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        times = list(self.to_verdict_s)
        return {
            "opened": self.opened,
            "behind_outages": self.behind_outages,
            "contacts": self.contacts,
            "first_contact_resolution": self.at_first_contact.document(),
            "first_contact_provisional": self.still_open_to_repeat,
            "repeat_contacts": self.repeats.document(),
            "bounced": self.bounced.document(),
            "bounces": self.bounces,
            "reopened_after_solved": self.reopened.document(),
            "visits_no_fault_found": self.for_nothing.document(),
            "sla_kept": self.sla_kept.document(),
            "time_to_verdict_s": {
                "count": len(times),
                "median": quantile(times, 0.5),
                "p90": quantile(times, 0.9),
            },
        }


def desk_figures(
    lives: Sequence[Life], rows: Rows, until: datetime, assumed: Assumed
) -> DeskFigures:
    """Over the tickets that were opened in the period, as they stand at `until`."""
    asked = [life for life in lives if life.case.origin is Origin.PERSON]
    own = [life for life in asked if life.case.outage is None]
    over = [life for life in own if life.case.state in _OVER]
    solved = [life for life in asked if life.all(Happened.RESOLVED)]
    visited = [life for life in asked if _visited(life)]
    known = [side for side in (_truth(one, rows) for one in visited) if side is not None]
    others = rows.by_subscriber
    due = [life for life in own if _due(life, until)]
    return DeskFigures(
        opened=len(lives),
        behind_outages=len(asked) - len(own),
        contacts=sum(contacts_of(life) for life in asked),
        at_first_contact=Share(sum(_at_once(one, others, assumed) for one in over), len(over)),
        still_open_to_repeat=sum(_ended(one) + assumed.repeat > until for one in over),
        repeats=Share(sum(_repeat(one, others, assumed) for one in asked), len(asked)),
        bounced=Share(sum(bool(one.all(Happened.BOUNCED)) for one in own), len(own)),
        bounces=sum(len(one.all(Happened.BOUNCED)) for one in own),
        reopened=Share(sum(_reopened(one) for one in solved), len(solved)),
        for_nothing=Share(sum(side is Side.NONE for side in known), len(known)),
        sla_kept=Share(sum(_in_time(one) for one in due), len(due)),
        to_verdict_s=tuple(t for t in map(_to_verdict, asked) if t is not None),
    )


def contacts_of(life: Life) -> int:
    """The ticket itself, and each time that the customer wrote or called again."""
    return 1 + len(life.all(Happened.CONTACT))


def _his(life: Life, lives: Others) -> Iterator[Life]:
    """Other tickets of the same subscriber."""
    its = lives.get(life.case.subscriber or "", ())
    return (other for other in its if other.case.id != life.case.id)


def _ended(life: Life) -> datetime:
    case = life.case
    return case.resolved_at or case.closed_at or case.changed_at


def _at_once(life: Life, lives: Others, assumed: Assumed) -> bool:
    """One contact, nobody sent, not opened again, and no other ticket of his soon after."""
    if life.all(Happened.CONTACT, Happened.REOPENED, Happened.BOUNCED) or _visited(life):
        return False
    ended = _ended(life)
    return not any(
        life.opened_at < other.opened_at <= ended + assumed.repeat for other in _his(life, lives)
    )


def _repeat(life: Life, lives: Others, assumed: Assumed) -> bool:
    """Another ticket of the same subscriber was there shortly before."""
    if life.case.repeat_of is not None or life.all(Happened.REPEAT, Happened.DUPLICATE):
        return True
    return any(
        other.opened_at < life.opened_at <= other.opened_at + assumed.repeat
        for other in _his(life, lives)
    )


def _reopened(life: Life) -> bool:
    solved = life.first(Happened.RESOLVED)
    return solved is not None and any(
        event.at >= solved.at for event in life.all(Happened.REOPENED)
    )


def _visited(life: Life) -> bool:
    """Somebody was sent, and it was not taken back."""
    orders = life.all(Happened.VISIT_ORDERED, Happened.VISIT_CANCELLED)
    return orders[-1].kind is Happened.VISIT_ORDERED if orders else bool(life.case.visit)


def _truth(life: Life, rows: Rows) -> Side | None:
    """What the technician found, by the ticket or by its diagnosis; the last finding counts."""
    return rows.found.get(life.case.external_id) or rows.found.get(life.case.diagnosis or "")


def _due(life: Life, until: datetime) -> bool:
    """Its deadline can be judged: it is over, or the deadline is."""
    due = life.case.due_at
    return due is not None and (life.case.state in _OVER or due < until)


def _in_time(life: Life) -> bool:
    due = life.case.due_at
    return due is not None and life.case.state in _OVER and _ended(life) <= due


def _to_verdict(life: Life) -> float | None:
    verdict = life.first(Happened.DIAGNOSED, Happened.OUTAGE_LINKED)
    if verdict is None:
        return None
    return max(0.0, (verdict.at - life.opened_at).total_seconds())
