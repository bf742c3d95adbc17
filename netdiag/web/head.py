"""HEAD is GET without the body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_ENDLESS = "/stream"  # its head would never end either


class Head:
    """ASGI middleware: the application sees GET, and the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        head = scope["type"] == "http" and scope["method"] == "HEAD"
        if head and not scope["path"].endswith(_ENDLESS):
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
