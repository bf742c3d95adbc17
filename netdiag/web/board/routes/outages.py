"""One outage: its evidence, life, people and tickets; what the NOC writes about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netdiag.model.errors import NetdiagError
from netdiag.model.outage import Cause, OutageState
from netdiag.model.user import UserRole
from netdiag.service.board.outage_view import report_of
from netdiag.service.outages.announce import Change, announce, change
from netdiag.service.outages.impact import as_csv, behind_root, records, rows
from netdiag.service.outages.report import Report
from netdiag.store.changes import Changed
from netdiag.web.board.live import changes
from netdiag.web.board.pages import looks, page
from netdiag.web.board.parts import OUTAGE, shown
from netdiag.web.board.session import Noc, Signed, Viewer, own_form
from netdiag.web.board.tongue import Tongue
from netdiag.web.problems import Problem

router = APIRouter(prefix="/outages", include_in_schema=False)
_LONGEST = 2000
_NAMED = 60  # subscribers that the page names; the rest are in the CSV


@router.get("")
async def history(request: Request, who: Viewer) -> Response:
    """The newest hundred, cleared ones too; the NOC announces one here."""
    found = await asyncio.to_thread(request.app.state.daemon.outages.last)
    return page(request, "history.html", who, {"found": found, "causes": list(Cause)})


@router.post("")
async def announced(request: Request, who: Noc) -> Response:
    """Announce an outage by hand."""
    fields = await own_form(request, who)
    daemon, now = request.app.state.daemon, datetime.now(UTC)
    tongue = looks(request).tongue
    outage = await asyncio.to_thread(
        announce,
        daemon.outages,
        daemon.app.inventory,
        root=fields.get("root", "").strip(),
        cause=_cause(fields) or Cause.UNKNOWN,
        since=_moment(fields, "since", tongue) or now,
        expected_end=_moment(fields, "expected_end", tongue),
        say={},
        note=_note(fields),
        who=who.user.name,
    )
    await _written(request, who, "outage.open", outage.id, outage.root)
    return RedirectResponse(f"/outages/{outage.id}", 303)


@router.get("/{id}")
async def one(id: str, request: Request, who: Viewer) -> Response:
    """Its page."""
    values = await _values(id, request, who)
    parts = shown(OUTAGE, looks(request).tongue, values)
    return page(request, "outage.html", who, values | {"parts": parts, "causes": list(Cause)})


@router.get("/{id}/stream", response_class=EventSourceResponse)
async def stream(id: str, request: Request, who: Viewer) -> AsyncIterator[ServerSentEvent]:
    """The parts of its page as they change."""
    tongue = looks(request).tongue

    async def feed() -> dict[str, str]:
        return shown(OUTAGE, tongue, await _values(id, request, who))

    async for event in changes(request, tongue, feed):
        yield event


@router.post("/{id}")
async def written(id: str, request: Request, who: Noc) -> Response:
    """A note, an expected end, another cause, or its end: in the register at once, from which
    tickets, the voice menu and the customer's page read."""
    fields = await own_form(request, who)
    end = fields.get("end") == "yes"
    wish = Change(
        note=_note(fields),
        state=OutageState.CLEARED if end else None,
        cause=_cause(fields),
        expected_end=_moment(fields, "expected_end", looks(request).tongue),
    )
    register, now = request.app.state.daemon.outages, datetime.now(UTC)
    await asyncio.to_thread(change, register, id, wish, who=who.user.name, now=now)
    await _written(request, who, "outage.close" if end else "outage.note", id, wish.note)
    return RedirectResponse(f"/outages/{id}", 303)


@router.get("/{id}/subscribers.csv")
async def people(id: str, request: Request, who: Viewer) -> Response:
    """Those behind it, for a spreadsheet; contact data for the NOC alone."""
    daemon = request.app.state.daemon
    outage = await asyncio.to_thread(daemon.outages.get, id)
    if outage is None:
        raise Problem(404, f"There is no outage {id!r}.")
    contacts = who.user.role.allows(UserRole.NOC)

    def made() -> str:
        behind = behind_root(daemon.app.inventory, outage.root)
        found = rows(behind, records(daemon.app.inventory, behind), contacts=contacts)
        return as_csv(found, contacts=contacts)

    text = await asyncio.to_thread(made)
    if contacts:
        await _written(request, who, "outage.contacts", id, outage.root)
    headers = {"content-disposition": f'attachment; filename="{id}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{id}/report")
async def report(id: str, request: Request, who: Viewer) -> Response:
    """For the morning after; its print is the PDF."""
    values = await _values(id, request, who)
    return page(request, "report.html", who, values | {"styles": None})


async def _values(id: str, request: Request, who: Signed) -> dict[str, Any]:
    daemon, now = request.app.state.daemon, datetime.now(UTC)
    app = daemon.app
    if await asyncio.to_thread(daemon.outages.get, id) is None:
        raise Problem(404, f"There is no outage {id!r}.")
    found: Report = await asyncio.to_thread(
        report_of, daemon.database, app.inventory, app.content, id, now
    )
    return {"report": found, "outage": found.outage, "named": _NAMED, "who": who, "now": now}


async def _written(request: Request, who: Signed, what: str, thing: str, detail: str) -> None:
    """Into the record of changes, and onto every board at once."""
    line = Changed(at=datetime.now(UTC), who=who.user.name, what=what, thing=thing, detail=detail)
    request.app.state.board.soon()
    try:
        await asyncio.to_thread(request.app.state.accounts.changes.add, line)
    except NetdiagError as error:
        raise Problem(
            503, f"It is done, but the record of it could not be written: {error}"
        ) from None


def _note(fields: dict[str, str]) -> str:
    note = fields.get("note", "").strip()
    if len(note) > _LONGEST:
        raise Problem(422, f"A note has {_LONGEST} characters at most.")
    return note


def _cause(fields: dict[str, str]) -> Cause | None:
    word = fields.get("cause", "")
    if word and word not in list(Cause):
        raise Problem(422, f"The cause is one of {', '.join(Cause)}.")
    return Cause(word) if word else None


def _moment(fields: dict[str, str], name: str, tongue: Tongue) -> datetime | None:
    try:
        return tongue.read(fields.get(name, ""))
    except ValueError:
        raise Problem(422, f"{fields[name]!r} is no time such as 2026-01-31T18:00.") from None
