"""Bounds of one request: how large its body may be, how long it may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from anyio import BrokenResourceError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netdiag.web.problems import Problem, answer

_ENDLESS = "/stream"  # what such a path ends with goes on until somebody leaves


class Limits:
    """ASGI middleware. The body is read whole before the application sees the request, so that a
    large one (413) or a slow one (408) costs no more than its bound."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes: int,
        seconds: float,
        count: Callable[[str, str, int], None],
    ) -> None:
        self._app = app
        self._count = count
        self._most = body_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                route = getattr(scope.get("route"), "path", "none")
                self._count(scope["method"], route, message["status"])
            await send(message)

        seconds = None if scope["path"].endswith(_ENDLESS) else self._seconds
        try:
            async with asyncio.timeout(seconds):
                body = await self._body(scope, receive)
                if body is None:
                    problem = Problem(413, f"A body may have {self._most} bytes.")
                    await answer(problem)(scope, receive, noted)
                    return
                await self._answered(scope, _replayed(body, receive), noted)
        except TimeoutError:
            if not begun:
                problem = Problem(408, f"A request may take {self._seconds:g} s.")
                await answer(problem)(scope, receive, noted)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except* BrokenResourceError:
            # FastAPI keeps a stream of events alive beside the one who writes it; where that one
            # has ended just then, nobody takes its word. The answer was whole.
            if not scope["path"].endswith(_ENDLESS):
                raise

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when it is too large."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._most:
            return None
        parts: list[bytes] = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if sum(map(len, parts)) > self._most:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
