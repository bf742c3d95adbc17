"""Send one event to an HTTP receiver, signed by Standard Webhooks, with a key that stays the same.

A receiver that honours `webhook-id` (or `Idempotency-Key`) takes a repeated event once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from netdiag.model.errors import NetdiagError
from netdiag.model.secret import Secret

_TIMEOUT_S = 10.0
_NEVER = range(400, 500)  # the receiver will not take it, however often it is sent
_LATER = (408, 409, 425, 429)  # but these pass


class RefusedError(NetdiagError):
    """The receiver refused the event for good."""


class NotDeliveredError(NetdiagError):
    """The receiver could not take the event now; it is sent again."""


class Sender:
    """One receiver. Use `close` at the end."""

    def __init__(self, url: str, secret: Secret) -> None:
        self._url = url
        self._webhook = Webhook(secret.reveal())
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False)

    async def send(self, key: str, event: Mapping[str, Any], now: datetime) -> int:
        """POST the event; the receiver's status code.

        Raises RefusedError when repeating is of no use, NotDeliveredError when it is.
        """
        body = json.dumps(event, ensure_ascii=False)
        headers = {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(key, now, body),
            "idempotency-key": key,
        }
        try:
            reply = await self._client.post(self._url, content=body.encode(), headers=headers)
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise NotDeliveredError(f"the receiver cannot be reached: {what}") from None
        if reply.status_code in _NEVER and reply.status_code not in _LATER:
            raise RefusedError(f"the receiver refused the event with {reply.status_code}")
        if not reply.is_success:
            raise NotDeliveredError(f"the receiver answered {reply.status_code}")
        return reply.status_code

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()
