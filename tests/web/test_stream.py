"""A stream of outages ends when the token with which it was begun does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from netdiag.store.database import Database
from netdiag.store.outages import Register
from netdiag.store.tokens import Scope, Tokens
from netdiag.web.routes import stream

NOW = datetime.now(UTC)


async def listen(tmp_path: Path, *, ends: bool, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(stream, "_CHECK_S", 0.0)
    monkeypatch.setattr(stream, "_LOOK_EVERY_S", 0.01)
    database = Database.in_directory(tmp_path)
    tokens = Tokens(database)
    text = tokens.make("wall", frozenset([Scope.READ]), NOW, lasts=timedelta(days=1))
    token = tokens.check(text, NOW)
    assert token is not None
    settings = SimpleNamespace(timezone="UTC")
    daemon = SimpleNamespace(
        outages=Register(database), tokens=tokens, app=SimpleNamespace(settings=settings)
    )
    state = SimpleNamespace(daemon=daemon, leaving=asyncio.Event())
    scope = {
        "type": "http", "headers": [(b"authorization", f"Bearer {text}".encode())],
        "app": SimpleNamespace(state=state),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    if ends:
        tokens.revoke(token.id)
    found: Any = stream.stream(Request(scope, receive), daemon, token)  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(2):
            return [event async for event in found]
    finally:
        database.close()


async def test_it_ends_with_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await listen(tmp_path, ends=True, monkeypatch=monkeypatch) == []


async def test_it_goes_on_with_a_token_that_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TimeoutError):
        await listen(tmp_path, ends=False, monkeypatch=monkeypatch)
