"""HTTP to a ticket system: errors told apart, replies bounded, secrets never in a text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

from netdiag.routing.desks.desk import GoneError, NotNowError, RefusedError, TooLargeError

MOST_BYTES = 8_388_608  # of one reply; a message with a large attachment is not read whole
AT_ONCE = 2  # requests to one ticket system: people work with it at the same time
_LATER = (408, 409, 423, 425, 429)
Json = Any


class Line:
    """One HTTP client for one ticket system."""

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout_s: float = 30.0,
        name: str,
    ) -> None:
        self._name = name
        self._longest_s = 4 * timeout_s  # of a whole answer; timeout_s is of each part of it
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._client = httpx.AsyncClient(
            base_url=base.rstrip("/"),
            headers=dict(headers or {}),
            auth=auth,
            timeout=timeout_s,
            follow_redirects=False,
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        any_text: bool = False,
    ) -> Json:
        """The decoded JSON of the reply; None for an empty body, and for what is no JSON where
        `any_text` is welcome.

        Raises NotNowError when the same may succeed later, GoneError at 404 and 410, RefusedError
        at any other status that is no success.
        """
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        request = self._client.build_request(
            method,
            path,
            content=content,
            params=dict(params) if params else None,
            headers={"content-type": "application/json"} | dict(headers or {}),
        )
        status, raw = await self._fetch(request)
        self._check(method, path, status, raw)
        return self._decoded(path, raw, any_text)

    async def ask_text(self, method: str, path: str, *, body: Json = None) -> str:
        """The reply as it is. Raises as `ask` does."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if body is None else {"content-type": "application/json"}
        request = self._client.build_request(method, path, content=content, headers=headers)
        status, raw = await self._fetch(request)
        self._check(method, path, status, raw)
        return raw.decode("utf-8", "replace")

    async def _fetch(self, request: httpx.Request) -> tuple[int, bytes]:
        try:
            async with self._turn, asyncio.timeout(self._longest_s):
                return await self._read(request)
        except TimeoutError:
            raise NotNowError(
                f"{self._name} did not end its answer within {self._longest_s:g} s."
            ) from None
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise NotNowError(f"{self._name} cannot be reached: {what}") from None

    async def _read(self, request: httpx.Request) -> tuple[int, bytes]:
        reply = await self._client.send(request, stream=True)
        try:
            raw = bytearray()
            async for part in reply.aiter_bytes():
                raw += part
                if len(raw) > MOST_BYTES:
                    raise TooLargeError(
                        f"{self._name} answered {request.url.path} with more than {MOST_BYTES} "
                        "bytes. That reply is not read."
                    )
        finally:
            await reply.aclose()
        return reply.status_code, bytes(raw)

    def _check(self, method: str, path: str, status: int, raw: bytes) -> None:
        if 200 <= status < 300:
            return
        text = f"{self._name} answered {method} {path} with {status}: {_said(raw)}"
        if status in (404, 410):
            raise GoneError(text)
        if status >= 500 or status in _LATER:
            raise NotNowError(text)
        raise RefusedError(text)

    def _decoded(self, path: str, raw: bytes, any_text: bool) -> Json:
        if not raw.strip():
            return None
        try:
            return json.loads(raw)
        except ValueError:
            if any_text:
                return None
            raise RefusedError(
                f"{self._name} answered {path} with something that is not JSON: {_said(raw)}. "
                "Does the URL lead to its API?"
            ) from None

    def forget(self) -> None:
        """Drop the cookies that it was given."""
        self._client.cookies.clear()

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


def _said(raw: bytes) -> str:
    text = " ".join(raw[:400].decode("utf-8", "replace").split())
    return text[:200] or "nothing"
