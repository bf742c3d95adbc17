"""What routes share: the daemon, the caller's idempotency key, the raw body."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Depends, Header, Request

from netdiag.service.daemon.daemon import Daemon

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key again is the same request: it is answered, not repeated.",
    ),
]


def _daemon(request: Request) -> Daemon:
    daemon: Daemon = request.app.state.daemon
    return daemon


TheDaemon = Annotated[Daemon, Depends(_daemon)]


def delivery(key: str | None) -> str:
    """The caller's key, or one of our own when he gave none."""
    return key or uuid.uuid4().hex


async def raw(request: Request) -> str:
    """The body as it came."""
    return (await request.body()).decode("utf-8", "replace")
