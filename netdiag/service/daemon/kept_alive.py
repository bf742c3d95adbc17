"""Loops of the daemon that go on whatever happens in them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

_AGAIN_S = 5.0
_log = logging.getLogger(__name__)


def kept_alive(
    name: str, loop: Callable[[], Awaitable[None]], again_s: float = _AGAIN_S
) -> asyncio.Task[None]:
    """A task in which the loop begins anew when it breaks off, and the log says so: a daemon that
    no longer looks, and does not say it, is worse than none."""

    async def run() -> None:
        while True:
            try:
                return await loop()
            # The boundary of a loop: whatever one look meets keeps no later one from it.
            except Exception as error:  # noqa: BLE001
                debugging = _log.isEnabledFor(logging.DEBUG)
                what = f"{type(error).__name__}: {error}"
                _log.error("%s broke off and begins anew: %s", name, what, exc_info=debugging)
            await asyncio.sleep(again_s)

    return asyncio.create_task(run(), name=f"watch-{name}")
