"""Which finding belongs to which verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from netdiag.kpi.rows import Judged, Truth


@dataclass(frozen=True, slots=True)
class Pair:
    """A verdict and what it really was."""

    judged: Judged
    truth: Truth


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs, one for a diagnosis, and findings that fit none."""

    pairs: tuple[Pair, ...]
    left: tuple[Truth, ...]


def match(diagnoses: Iterable[Judged], truths: Iterable[Truth], window: timedelta) -> Matched:
    """By the diagnosis that a finding names; else the first of its ticket; else the subscriber's
    last one before it, no older than `window`. Second looks are only matched by name, and only
    where the ticket has no verdict of its own. Of several findings for one diagnosis the last
    counts: it corrects the others.
    """
    known = sorted(diagnoses, key=lambda one: one.finished_at)
    by_id = {one.id: one for one in known}
    by_ticket: dict[str, Judged] = {}
    by_subscriber: dict[str, list[Judged]] = {}
    for one in known:
        if one.again:
            continue
        if one.ticket:
            by_ticket.setdefault(one.ticket, one)
        by_subscriber.setdefault(one.subscriber, []).append(one)
    pairs: dict[str, Pair] = {}
    left: list[Truth] = []
    for truth in sorted(truths, key=lambda one: one.at):
        judged = by_id.get(truth.diagnosis or "")
        if judged is None or judged.again:  # what sent somebody there was the ticket's own verdict
            judged = by_ticket.get(truth.ticket or "") or judged
        if judged is None and truth.diagnosis is None:
            judged = _last_before(by_subscriber.get(truth.subscriber, []), truth, window)
        if judged is None:
            left.append(truth)
        else:
            pairs[judged.id] = Pair(judged, truth)
    return Matched(tuple(pairs.values()), tuple(left))


def _last_before(known: list[Judged], truth: Truth, window: timedelta) -> Judged | None:
    fitting = (d for d in reversed(known) if d.finished_at <= truth.at)
    last = next(fitting, None)
    return last if last is not None and truth.at - last.finished_at <= window else None
