"""The HTTP API as one ASGI application over a daemon that is running."""

from __future__ import annotations

import asyncio
import secrets

from fastapi import FastAPI
from fastapi.routing import APIRoute

from netdiag import __version__
from netdiag.model.user import User
from netdiag.service.board.accounts import Accounts
from netdiag.service.board.gather import Board
from netdiag.service.daemon.daemon import Daemon
from netdiag.web import problems
from netdiag.web.auth import Buckets
from netdiag.web.board import pages_of_the_board
from netdiag.web.board.headers import Headers
from netdiag.web.head import Head
from netdiag.web.limits import Limits
from netdiag.web.models import ProblemModel
from netdiag.web.routes import (
    customer,
    diagnoses,
    events,
    feedback,
    findings,
    health,
    maintenance,
    outages,
    stream,
    subscribers,
    tickets,
    watch,
)

_PROBLEMS = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
# The stream and what is held before the outages: /outages/{id} would take their paths.
_ROUTERS = (
    customer,
    diagnoses,
    subscribers,
    stream,
    watch,
    maintenance,
    outages,
    tickets,
    feedback,
    events,
    findings,
    health,
)


def create_app(daemon: Daemon, guest: User | None = None) -> FastAPI:
    """The application. It neither starts nor stops the daemon. `guest`: who everybody on this
    machine is without signing in; the demo alone has one."""
    app = FastAPI(
        title="netdiag",
        version=__version__,
        description="Whose fault is it? Diagnoses of an internet provider's subscribers.",
        docs_url=None,
        redoc_url=None,
        responses={
            status: {
                "description": "The request was not carried out",
                "content": {
                    "application/problem+json": {"schema": ProblemModel.model_json_schema()}
                },
            }
            for status in _PROBLEMS
        },
    )
    app.state.daemon = daemon
    app.state.buckets = Buckets()
    app.state.leaving = asyncio.Event()
    app.state.store_trouble = health.StoreTrouble(daemon.database)
    _board(app, daemon, guest)
    problems.install(app)
    routes = [route for module in _ROUTERS for route in module.router.routes]
    app.state.routes = [route for route in routes if isinstance(route, APIRoute)]
    for module in _ROUTERS:
        app.include_router(module.router)
    app.add_middleware(
        Limits,
        bounds=lambda: (daemon.serve.body_bytes, daemon.serve.request_s),
        count=daemon.metrics.request,
    )
    app.add_middleware(Headers)
    app.add_middleware(Head)
    return app


def _board(app: FastAPI, daemon: Daemon, guest: User | None) -> None:
    app.state.guest = guest
    app.state.accounts = Accounts(daemon.database)
    app.state.board = Board(daemon)
    app.state.guests_key = secrets.token_bytes(32)
    pages_of_the_board(app)
