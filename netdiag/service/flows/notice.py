"""One message to people: sent, then written down as sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from netdiag.notify.people import AddressError
from netdiag.service.daemon.durable import step

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFlow:
    """`send(argument)` hands the message over; `ended(argument, why)` keeps what became of it, with
    an empty `why` when it was sent. A crash between the two sends it twice: losing news of an
    outage would be worse."""

    send: Callable[[Json], Awaitable[Json]]
    ended: Callable[[Json, str], Awaitable[Json]]

    async def __call__(self, argument: Json) -> Json:
        """argument: message, destination, title, text."""
        try:
            await step("send", self.send, argument, attempts=8, final=(AddressError,))
        except Exception as error:
            await step("failed", self.ended, argument, str(error))
            raise
        done: Json = await step("sent", self.ended, argument, "")
        return done
