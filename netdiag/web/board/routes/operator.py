"""The operator's page: a key in, the diagnosis out, with its progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netdiag.model.errors import NetdiagError
from netdiag.service.board.diagnosis_view import view
from netdiag.service.daemon.asked import Asked
from netdiag.web.asking import delivery
from netdiag.web.board.live import changes
from netdiag.web.board.pages import looks, page
from netdiag.web.board.parts import DIAGNOSIS, shown
from netdiag.web.board.session import Operator, own_form
from netdiag.web.board.tongue import Tongue
from netdiag.web.problems import Problem

router = APIRouter(prefix="/operator", include_in_schema=False)
_SYMPTOMS = (
    "no_internet", "slow", "intermittent", "one_site", "wifi_only", "redirect_page", "login_error",
    "other",
)  # fmt: skip
_LONGEST = 200


@router.get("")
async def ask(request: Request, who: Operator, key: str = "") -> Response:
    """The form."""
    return _form(request, who, key=key)


@router.post("")
async def asked(request: Request, who: Operator) -> Response:
    """Accept the question and go where its answer will stand."""
    fields = await own_form(request, who)
    key, symptom = fields.get("key", "").strip(), fields.get("symptom") or None
    if symptom is not None and symptom not in _SYMPTOMS:
        raise Problem(422, f"The symptom is one of {', '.join(_SYMPTOMS)}.")
    if not 0 < len(key) <= _LONGEST or not key.isprintable():
        return _form(
            request, who, key=key[:_LONGEST], error=f"A key has 1 to {_LONGEST} characters."
        )
    wanted = Asked(
        key=key,
        who=who.user.name,
        source=f"board:{who.user.name}"[:100],
        delivery=delivery(None),
        ticket=fields.get("ticket", "").strip()[:_LONGEST] or None,
        symptom=symptom,
    )
    try:
        taken = await request.app.state.daemon.accept(wanted)
    except NetdiagError as error:
        return _form(request, who, key=key, error=str(error))
    return RedirectResponse(f"/operator/{taken.job}", 303)


@router.get("/{id}")
async def answer(id: str, request: Request, who: Operator) -> Response:
    """The answer, or how far it is."""
    tongue = looks(request).tongue
    values = await _values(id, request, tongue)
    return page(
        request,
        "diagnosis.html",
        who,
        values | {"parts": shown(DIAGNOSIS, tongue, values), "symptoms": _SYMPTOMS},
    )


@router.get("/{id}/stream", response_class=EventSourceResponse)
async def stream(id: str, request: Request, who: Operator) -> AsyncIterator[ServerSentEvent]:
    """The answer as soon as it is there."""
    tongue = looks(request).tongue

    async def feed() -> dict[str, str]:
        return shown(DIAGNOSIS, tongue, await _values(id, request, tongue))

    async for event in changes(request, tongue, feed, every_s=0.5):
        yield event


def _form(request: Request, who: Operator, *, key: str, error: str = "") -> Response:
    values = {"key": key, "error": looks(request).tongue.t(error), "symptoms": _SYMPTOMS}
    return page(request, "operator.html", who, values, status=422 if error else 200)


async def _values(id: str, request: Request, tongue: Tongue) -> dict[str, Any]:
    daemon = request.app.state.daemon
    now = datetime.now(UTC)
    document = await daemon.document(id)
    if document is not None:
        app = daemon.app
        shown_one = await asyncio.to_thread(view, document, app.content, tongue.language)
        return {"id": id, "job": None, "view": shown_one, "now": now}
    job = await daemon.jobs.get(id)
    if job is None:
        raise Problem(404, f"There is no diagnosis {id!r}.")
    return {"id": id, "job": job, "view": None, "now": now}
