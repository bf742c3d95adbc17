"""What happened to a ticket since netdiag looked last, and what that asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from netdiag.model.ticket import Case, Happened, TicketState
from netdiag.routing.desks.desk import Seen

CONTACT = ("create", "contact", "correspond")


class Task(StrEnum):
    """What is to be done for a ticket now."""

    NOTHING = "nothing"
    DIAGNOSE = "diagnose"  # new, or opened again
    CORRECT = "correct"  # a person named another subscriber
    VERIFY = "verify"  # somebody says that it is done
    BOUNCED = "bounced"  # a desk gave it back
    MOVE_ON = "move-on"  # merged: look at the other one


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Events to write down (kind → detail), what to do, and what to remember."""

    task: Task
    events: tuple[tuple[Happened, Mapping[str, Any]], ...] = ()
    state: TicketState
    bounces: int = 0
    memory: Mapping[str, Any] = field(default_factory=dict)


def notice(
    case: Case,
    seen: Seen,
    *,
    hint: str,
    named: str | None,
    moves: Iterable[tuple[str, str]] = (),
    turns: Iterable[tuple[TicketState, TicketState]] = (),
) -> Noticed:
    """Compare the ticket of now with what netdiag saw and set last (`case.fields`). `named`: whom
    the ticket or its event says that it is about. `moves`: from queue to queue, as the system told
    them, and `turns` from state to state: there and back may be faster than a look.

    Remembered there: `queue`, `priority`, `named` (who the field said), `been` (queues it was in),
    `hands_off` (what a person decided, and netdiag leaves), `sending` (see `arrived`).
    """
    if seen.merged_into is not None or seen.state is TicketState.MERGED:
        detail = {"into": seen.merged_into}
        return Noticed(
            task=Task.MOVE_ON if seen.merged_into else Task.NOTHING,
            events=((Happened.MERGED, detail),),
            state=TicketState.MERGED,
            bounces=case.bounces,
            memory=case.fields,
        )
    case = replace(
        case, fields=arrived(case.fields, {"queue": seen.queue, "priority": seen.priority})
    )
    way = _way(case, seen, moves)
    memory = _remembered(case, seen, named, way)
    if "queue" not in case.fields:
        return _first_look(case, seen, memory)
    return _later_look(case, seen, memory, hint, way, turns)


def arrived(fields: Mapping[str, Any], now: Mapping[str, str | None]) -> dict[str, Any]:
    """`fields` of a case with what netdiag was about to set (`sending`), where that stands in the
    ticket now: its answer was lost."""
    sending = fields.get("sending") or {}
    known = {name: value for name, value in fields.items() if name != "sending"}
    return known | {name: value for name, value in sending.items() if now.get(name) == value}


def _first_look(case: Case, seen: Seen, memory: Mapping[str, Any]) -> Noticed:
    over = seen.state is not TicketState.OPEN
    received = (Happened.RECEIVED, {"queue": seen.queue, "status": seen.status})
    events: tuple[tuple[Happened, Mapping[str, Any]], ...] = (received,)
    if over:
        events += ((Happened.CLOSED, {"status": seen.status, "unseen": True}),)
    return Noticed(
        task=Task.NOTHING if over else Task.DIAGNOSE,
        events=events,
        state=TicketState.CLOSED if over else TicketState.OPEN,
        bounces=case.bounces,
        memory=memory,
    )


def _later_look(
    case: Case,
    seen: Seen,
    memory: Mapping[str, Any],
    hint: str,
    way: list[str | None],
    turns: Iterable[tuple[TicketState, TicketState]],
) -> Noticed:
    moved, bounces = _moves(case, seen, way)
    task, state, turned = _turn(case, seen, there_and_back=_turned(case, turns))
    events = [*moved, *turned]
    if hint in CONTACT and state is TicketState.OPEN and not turned:
        events.append((Happened.CONTACT, {}))
    unknown = case.subscriber is None and state is TicketState.OPEN
    if task is Task.NOTHING and unknown and _says_more(case, memory, hint):
        task = Task.DIAGNOSE
    elif task is Task.NOTHING and _names_another(case, memory, state):
        task = Task.CORRECT
    elif task is Task.NOTHING and bounces > case.bounces:
        task = Task.BOUNCED
    return Noticed(task=task, events=tuple(events), state=state, bounces=bounces, memory=memory)


def _says_more(case: Case, memory: Mapping[str, Any], hint: str) -> bool:
    return hint in CONTACT or memory.get("named") != case.fields.get("named")


def _names_another(case: Case, memory: Mapping[str, Any], state: TicketState) -> bool:
    """netdiag writes his number into the field itself: that names nobody else."""
    now, before = memory.get("named"), case.fields.get("named")
    known = case.subscriber is not None and state is TicketState.OPEN
    return known and now not in (None, before, case.subscriber)


def _way(case: Case, seen: Seen, moves: Iterable[tuple[str, str]]) -> list[str | None]:
    """Queues from the last look to now. A move that does not begin where the ticket was is one that
    a look has seen already."""
    way: list[str | None] = [case.fields.get("queue", seen.queue)]
    for start, end in moves:
        if start == way[-1] != end:
            way.append(end)
    return way if way[-1] == seen.queue else [*way, seen.queue]


def _moves(
    case: Case, seen: Seen, way: list[str | None]
) -> tuple[list[tuple[Happened, Mapping[str, Any]]], int]:
    events: list[tuple[Happened, Mapping[str, Any]]] = []
    bounces = case.bounces
    been = {*case.fields.get("been", ()), way[0]}
    for before, after in pairwise(way):
        detail = {"from": before, "to": after}
        events.append((Happened.MOVED, detail))
        if after in been:
            bounces += 1
            events.append((Happened.BOUNCED, detail | {"count": bounces}))
        been.add(after)
    was = case.fields.get("priority")
    if seen.priority != was:
        events.append((Happened.KEPT, {"priority": seen.priority, "was": was}))
    return events, bounces


def _turned(case: Case, turns: Iterable[tuple[TicketState, TicketState]]) -> bool:
    """Was it called done that was open, or opened that was done, since the last look?"""
    is_open = case.state is TicketState.OPEN
    ways = ((start is TicketState.OPEN, end is TicketState.OPEN) for start, end in turns)
    return (is_open, not is_open) in ways


def _turn(
    case: Case, seen: Seen, *, there_and_back: bool
) -> tuple[Task, TicketState, list[tuple[Happened, Mapping[str, Any]]]]:
    detail = {"status": seen.status}
    was_open, is_open = case.state is TicketState.OPEN, seen.state is TicketState.OPEN
    if is_open and not was_open:
        return Task.DIAGNOSE, TicketState.OPEN, [(Happened.REOPENED, detail)]
    if is_open and there_and_back:
        return (
            Task.DIAGNOSE,
            TicketState.OPEN,
            [(Happened.RESOLVED, detail), (Happened.REOPENED, detail)],
        )
    if not was_open and seen.state is TicketState.RESOLVED and there_and_back:
        return (
            Task.VERIFY,
            TicketState.RESOLVED,
            [(Happened.REOPENED, detail), (Happened.RESOLVED, detail)],
        )
    if was_open and seen.state is TicketState.RESOLVED:
        return Task.VERIFY, TicketState.RESOLVED, [(Happened.RESOLVED, detail)]
    if not is_open and case.live and seen.state is TicketState.CLOSED:
        return Task.NOTHING, TicketState.CLOSED, [(Happened.CLOSED, detail)]
    return Task.NOTHING, case.state, []


def _remembered(case: Case, seen: Seen, named: str | None, way: list[str | None]) -> dict[str, Any]:
    before = dict(case.fields)
    hands_off = set(before.get("hands_off", ()))
    if "queue" in before:
        hands_off |= {"queue"} if len(way) > 1 else set()
        hands_off |= {"priority"} if seen.priority != before.get("priority") else set()
    been = [*before.get("been", ()), *(queue for queue in way if queue)]
    return before | {
        "queue": seen.queue,
        "priority": seen.priority,
        "named": named or before.get("named"),
        "been": list(dict.fromkeys(been)),
        "hands_off": sorted(hands_off),
    }
