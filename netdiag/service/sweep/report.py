"""The document of a sweep: what `netdiag sweep --json` prints."""

from __future__ import annotations

from typing import Any

from netdiag.model.content import Content
from netdiag.service.sweep.run import Outcome
from netdiag.service.sweep.words import Json, document
from netdiag.store.database import Database
from netdiag.store.findings import Findings
from netdiag.sweeping.register import Votes


def report(outcome: Outcome, content: Content, database: Database, language: str) -> Json:
    """New and gone findings, most important first; how many stand open; who did not answer."""
    register = Findings(database)
    votes = {
        rule: Votes(useful=useful, nonsense=nonsense)
        for rule, (useful, nonsense) in register.votes().items()
    }
    new = _documents(outcome.tally.new, register, content, language)
    for one in new:
        one["muted"] = votes.get(one["rule"], Votes()).muted
    trouble = outcome.tally.trouble
    return {
        "id": outcome.run,
        "state": outcome.state,
        **outcome.summary,
        "new": new,
        "gone": _documents(outcome.tally.gone, register, content, language),
        "open": sum(register.counts().values()),
        "trouble": trouble,
    }


def news(told: Json) -> list[Json]:
    """New findings that are worth a person's look: not those of rules that were wrong too often."""
    return [one for one in told["new"] if not one["muted"]]


def _documents(
    numbers: list[int], register: Findings, content: Content, language: str
) -> list[dict[str, Any]]:
    found = [one for number in numbers if (one := register.get(number)) is not None]
    found.sort(key=lambda one: -one.rank)
    return [document(one, content, language) for one in found]
