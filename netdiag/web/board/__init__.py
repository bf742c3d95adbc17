"""The NOC board: pages made on the server, kept up to date by server-sent events."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from netdiag.service.board.accounts import AT_ONCE
from netdiag.web.board.pages import page
from netdiag.web.board.parts import Rendered
from netdiag.web.board.routes import figures, findings, operator, outages, overview, places, signin
from netdiag.web.board.session import SignInFirst
from netdiag.web.problems import Problem

_TITLES = {
    403: "That is not allowed",
    404: "Not found",
    409: "That cannot be done",
    415: "That cannot be done",
    422: "That cannot be done",
    429: "Too many requests",
    503: "Not now",
}


def pages_of_the_board(app: FastAPI) -> None:
    """Add them to the application, with what they keep."""
    app.state.checking = asyncio.Semaphore(AT_ONCE)
    app.state.rendered = Rendered()
    app.state.problem_page = problem_page
    for module in (overview, signin, outages, places, operator, figures, findings):
        app.include_router(module.router)

    @app.exception_handler(SignInFirst)
    async def _way_in(_: Request, first: SignInFirst) -> Response:
        from urllib.parse import urlencode

        return RedirectResponse(f"/sign-in?{urlencode({'then': first.then})}", 303)


def problem_page(request: Request, problem: Problem) -> Response | None:
    """An error as a page, for a browser that asked for one; None: it did not."""
    path = request.url.path
    if path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return None
    values = {"title": _TITLES.get(problem.status, "Something is wrong"), "detail": problem.detail}
    answer = page(request, "problem.html", None, values, status=problem.status)
    answer.headers.update(problem.headers)
    return answer
