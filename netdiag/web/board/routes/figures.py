"""How well it goes: the page of `netdiag kpi` at the board."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from netdiag.kpi.page import page as figures_page
from netdiag.locale.words import translator
from netdiag.service.kpi.report import count_subscribers, make_report
from netdiag.web.board.pages import looks
from netdiag.web.board.session import Viewer

router = APIRouter(include_in_schema=False)
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@router.get("/figures")
async def figures(
    request: Request, who: Viewer, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> Response:
    """The last so many days. Its style is one block, let through by a number used once."""
    app, now = request.app.state.daemon.app, datetime.now(UTC)

    def made() -> dict[str, object]:
        return make_report(
            request.app.state.daemon.database,
            app.settings,
            app.content,
            since=now - timedelta(days=days),
            until=now,
            subscribers=count_subscribers(app.inventory),
        )

    report = await asyncio.to_thread(made)
    language, nonce = looks(request).tongue.language, secrets.token_urlsafe(16)
    text = figures_page(report, language, translator(language), nonce=nonce)
    headers = {"content-security-policy": _POLICY.format(nonce=nonce)}
    return HTMLResponse(text, headers=headers)
