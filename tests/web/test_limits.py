"""What a stream of events leaves behind when its listener goes is no error of ours."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from anyio import BrokenResourceError

from netdiag.web.limits import Limits

App = Callable[..., Awaitable[None]]


def raising(error: Exception) -> App:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ExceptionGroup("unhandled errors in a TaskGroup", [error])

    return app


async def ask(app: App, path: str) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(_message: Any) -> None: ...

    limits = Limits(app, bounds=lambda: (10, 1), count=lambda *_: None)
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await limits(scope, receive, send)


async def test_a_listener_that_has_gone_is_no_error() -> None:
    await ask(raising(BrokenResourceError()), "/api/v1/outages/stream")


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (ValueError("ours"), "/api/v1/outages/stream"),
        (BrokenResourceError(), "/api/v1/outages"),
    ],
)
async def test_any_other_error_is_one(error: Exception, path: str) -> None:
    with pytest.raises(ExceptionGroup):
        await ask(raising(error), path)
