"""A finding on one subscriber's port becomes a ticket without his call: he is diagnosed, and the
diagnosis is proposed to the desk, whose policy decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from netdiag.model.errors import NetdiagError
from netdiag.model.sweep import Finding, Scope
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from netdiag.service.tickets.propose import Answer, Proposed
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.findings import Findings
from netdiag.sweeping.register import Votes

Json = dict[str, Any]
Propose = Callable[[Json], Awaitable[Proposed]]
_log = logging.getLogger(__name__)
_WHO = "sweep"


async def propose_ticket(app: App, number: int, propose: Propose) -> Json:
    """What became of one finding: {"ticket": key of the job or null, "why"}. Asked again for the
    same finding it finds the diagnosis that it kept."""
    register = Findings(app.database)
    finding = await asyncio.to_thread(register.get, number)
    if finding is None:
        return {"ticket": None, "why": "the finding is gone"}
    why = _unfit(finding, app) or await asyncio.to_thread(_mistrusted, finding, register)
    if why:
        return {"ticket": None, "why": why}
    people = await asyncio.to_thread(_people, finding, app)
    if len(people) != 1:
        return {"ticket": None, "why": f"{len(people)} subscribers are known on that port"}
    document = await _diagnosed(app, f"dx-{_WHO}-{number}", people[0])
    answer = await propose(document)
    if answer.answer is Answer.OPENED and answer.job:
        await asyncio.to_thread(register.ticketed, number, answer.job)
    _log.info("finding %d: %s, %s", number, answer.answer, answer.why)
    return {"ticket": answer.job, "why": answer.why}


def _unfit(finding: Finding, app: App) -> str:
    rule = next((one for one in app.content.findings if one.id == finding.rule), None)
    if rule is None or not rule.ticket:
        return "its rule opens no tickets"
    if rule.scope is not Scope.PORT:
        return "it is not about one line"
    return "it has a ticket" if finding.ticket else ""


def _mistrusted(finding: Finding, register: Findings) -> str:
    useful, nonsense = register.votes().get(finding.rule, (0, 0))
    muted = Votes(useful=useful, nonsense=nonsense).muted
    return "technicians called most findings of its rule nonsense" if muted else ""


def _people(finding: Finding, app: App) -> tuple[str, ...]:
    for port in dict.fromkeys((finding.port, finding.place)):
        try:
            found = app.inventory.behind(finding.device, port).subscribers
        except NetdiagError:
            continue
        if found:
            return found
    return ()


async def _diagnosed(app: App, key: str, subscriber: str) -> Json:
    diagnoses = Diagnoses(app.database)
    known = await asyncio.to_thread(diagnoses.get, key)
    if known is None:
        diagnosis = await app.diagnose(subscriber, Request(who=_WHO))
        known = to_document(replace(diagnosis, id=key), app.content, facts=True)
        await asyncio.to_thread(diagnoses.keep, known, _WHO)
    return known
