"""Errors as RFC 9457 problem+json: what is wrong, and the way out, in a sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from netdiag.model.errors import (
    InventoryUnavailableError,
    NetdiagError,
    UnknownSubscriberError,
)
from netdiag.service.daemon.asked import AnotherBodyError, OverloadedError
from netdiag.store.answers import UnderWayError
from netdiag.store.database import StoreError
from netdiag.store.maintenance import MaintenanceError
from netdiag.store.outages import OutageError

_log = logging.getLogger(__name__)
_TITLES = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "The token may not do this",
    404: "Not found",
    405: "Not allowed here",
    408: "It took too long",
    409: "It contradicts what is there",
    413: "The request is too large",
    415: "Only JSON is taken",
    422: "The request is not right",
    429: "Too many requests",
    500: "netdiag failed",
    503: "Not now",
}
_STATUS: tuple[tuple[type[NetdiagError], int], ...] = (
    (UnknownSubscriberError, 404),
    (AnotherBodyError, 422),
    (OverloadedError, 503),
    (UnderWayError, 409),
    (OutageError, 409),
    (MaintenanceError, 409),
    (StoreError, 503),
    (InventoryUnavailableError, 503),
)
_RETRY_S = 5


class Problem(Exception):  # noqa: N818 (RFC 9457 calls it so)
    """An answer that is an error."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def answer(problem: Problem) -> JSONResponse:
    """The problem as a response."""
    body = {
        "type": "about:blank",
        "title": _TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    return JSONResponse(
        body,
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Make every error of this application a problem."""

    @app.exception_handler(Problem)
    async def _own(request: Request, problem: Problem) -> Response:
        return _told(request, problem)

    @app.exception_handler(NetdiagError)
    async def _explained(request: Request, error: NetdiagError) -> Response:
        return _told(request, _of(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["allow"] = ", ".join(sorted(_methods(request)))
        return _told(request, Problem(error.status_code, str(error.detail), headers))

    app.add_exception_handler(Exception, last_resort)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        if _no_json(request) and ("body",) in (one["loc"] for one in error.errors()):
            return _told(request, Problem(415, "Send the body as application/json, as it is."))
        errors = [
            {"place": "/".join(str(part) for part in one["loc"]), "detail": one["msg"]}
            for one in error.errors()
        ]
        named = "; ".join(f"{one['place']}: {one['detail']}" for one in errors[:5])
        return _told(request, Problem(422, named, errors=errors))


async def last_resort(request: Request, error: Exception) -> JSONResponse:
    """A defect of netdiag: logged with its place, told without it."""
    route = getattr(request.scope.get("route"), "path", "no route")  # the path may name a person
    _log.error("%s %s failed", request.method, route, exc_info=error)
    return answer(Problem(500, "netdiag itself failed; its log says where."))


def _methods(request: Request) -> set[str]:
    """All that the routes of this path take (RFC 9110, 10.2.1)."""
    known: Sequence[APIRoute] = request.app.state.routes
    here = [one for one in known if one.path_regex.match(request.url.path)]
    return {method for one in here for method in one.methods or ()}


def _no_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind != "application/json" and not kind.endswith("+json")


def _told(request: Request, problem: Problem) -> Response:
    """As problem+json, or as a page where a person looks."""
    page: Response | None = request.app.state.problem_page(request, problem)
    return answer(problem) if page is None else page


def _of(error: NetdiagError) -> Problem:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    headers = {}
    if isinstance(error, OverloadedError):
        headers["retry-after"] = str(error.retry_after_s)
    elif status == 503:
        headers["retry-after"] = str(_RETRY_S)
    return Problem(status, str(error), headers)
