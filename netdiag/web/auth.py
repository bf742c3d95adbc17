"""Who may ask what: bearer tokens with scopes and a rate."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from netdiag.store.tokens import Scope, Token
from netdiag.web.problems import Problem

_bearer = HTTPBearer(auto_error=False, description="A token made with `netdiag token new`.")


@dataclass(slots=True)
class Buckets:
    """One token bucket per API token: `per_minute` requests, a burst of a tenth of it."""

    _full_at: dict[str, float] = field(default_factory=dict)

    def take(self, token: Token, now: float) -> float:
        """0 when the request may pass, else the seconds to wait."""
        each = 60.0 / max(1, token.per_minute)
        burst = max(1.0, token.per_minute / 10) * each
        full_at = max(self._full_at.get(token.id, 0.0), now)
        if full_at - now > burst:
            return full_at - now - burst
        self._full_at[token.id] = full_at + each
        return 0.0


async def still_valid(request: Request) -> bool:
    """Is the token that a long answer was begun with still good? Raises StoreError."""
    text = request.headers.get("authorization", "").partition(" ")[2]
    tokens = request.app.state.daemon.tokens
    return await asyncio.to_thread(tokens.check, text, datetime.now(UTC)) is not None


_Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def needs(scope: Scope) -> Callable[..., Awaitable[Token]]:
    """A dependency: the request's token, when it allows this."""

    async def check(request: Request, given: _Given) -> Token:
        token: Token | None = None
        if given is not None:
            tokens = request.app.state.daemon.tokens
            token = await asyncio.to_thread(tokens.check, given.credentials, datetime.now(UTC))
        if token is None:
            raise Problem(
                401,
                "Send `Authorization: Bearer TOKEN` with a valid token; "
                "`netdiag token new` makes one.",
                {"www-authenticate": "Bearer"},
            )
        if not token.allows(scope):
            raise Problem(403, f"The token {token.name!r} has no scope {scope}.")
        wait = request.app.state.buckets.take(token, time.monotonic())
        if wait > 0:
            seconds = math.ceil(wait)
            raise Problem(
                429,
                f"More than {token.per_minute} requests a minute. Ask again in {seconds} s.",
                {"retry-after": str(seconds)},
            )
        return token

    return check


Diagnose = Annotated[Token, Depends(needs(Scope.DIAGNOSE))]
Read = Annotated[Token, Depends(needs(Scope.READ))]
Events = Annotated[Token, Depends(needs(Scope.EVENTS))]
Admin = Annotated[Token, Depends(needs(Scope.ADMIN))]


async def _maybe_tickets(request: Request, given: _Given) -> Token | None:
    """The token, where one was sent in place of a signature."""
    return None if given is None else await needs(Scope.TICKETS)(request, given)


MaybeTickets = Annotated[Token | None, Depends(_maybe_tickets)]
