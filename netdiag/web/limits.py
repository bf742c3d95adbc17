"""Bounds of one request and of all: size of a body, time, how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from anyio import BrokenResourceError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netdiag.web.problems import Problem, answer

_ENDLESS = "/stream"  # what such a path ends with goes on until somebody leaves
_AT_ONCE = 1000


class Limits:
    """ASGI middleware. The body is read whole before the application sees the request, so that a
    large one (413) or a slow one (408) costs no more than its bound. What takes too long here, and
    more than `_AT_ONCE` requests, is 503 with Retry-After. `bounds()`: bytes of a body, seconds."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        bounds: Callable[[], tuple[int, float]],
        count: Callable[[str, str, int], None],
    ) -> None:
        self._app = app
        self._count = count
        self._bounds = bounds
        self._inside = 0

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

        self._inside += 1
        try:
            await self._bounded(scope, receive, noted)
        except Problem as problem:
            if not begun:
                await answer(problem)(scope, receive, noted)
        finally:
            self._inside -= 1

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        most, seconds = self._bounds()
        if self._inside > _AT_ONCE:
            raise Problem(503, "Too many requests at once.", {"retry-after": "1"})
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            raise Problem(400, "The address holds the character NUL.")
        if dict(scope["headers"]).get(b"content-encoding", b"identity") != b"identity":
            raise Problem(415, "Send the body as it is, without content-encoding.")
        late = Problem(408, f"The body of a request may take {seconds:g} s.")
        endless = scope["path"].endswith(_ENDLESS)
        try:
            async with asyncio.timeout(seconds) as limit:
                body = await _body(scope, receive, most)
                late = Problem(503, f"It took longer than {seconds:g} s.", {"retry-after": "5"})
                if endless:
                    limit.reschedule(None)
                await self._answered(scope, _replayed(body, receive), send)
        except TimeoutError:
            raise late from None

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except* BrokenResourceError:
            # FastAPI keeps a stream of events alive beside the one who writes it; where that one
            # has ended just then, nobody takes its word. The answer was whole.
            if not scope["path"].endswith(_ENDLESS):
                raise


async def _body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body. Raises Problem 413 when it is too large."""
    too_large = Problem(413, f"A body may have {most} bytes.")
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if length.isdigit() and int(length) > most:
        raise too_large
    parts, size = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise too_large
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
