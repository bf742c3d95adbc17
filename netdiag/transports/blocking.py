"""Blocking libraries (netmiko, database drivers) in a bounded number of daemon threads.

Python's own thread pool joins its threads when the interpreter ends: one device that never answers
would keep the process alive. These threads are daemons, and each keeps its place until its call
really ends, so that there are never more of them than `most`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from netdiag.model.wire import Deadline
from netdiag.transports.pool import BusyError

T = TypeVar("T")


class Workers:
    """Runs calls in threads, at most `most` at once."""

    def __init__(self, most: int, name: str) -> None:
        self._free = asyncio.Semaphore(most)
        self._name = name

    async def run(self, call: Callable[[], T], deadline: Deadline) -> T:
        """The call's result. Raises BusyError when no thread was free in time, TimeoutError at the
        deadline (the call goes on; whoever made it must break what it waits for), and whatever the
        call raises."""
        try:
            async with asyncio.timeout(deadline.remaining):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError from None
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def finish(set_outcome: Callable[[], None]) -> None:
            self._free.release()
            if not future.done():
                set_outcome()

        def work() -> None:
            outcome: Callable[[], None]
            try:
                result = call()
                outcome = lambda: future.set_result(result)  # noqa: E731
            except BaseException as caught:  # noqa: BLE001 (thread boundary: handed to the asker)
                error = caught
                outcome = lambda: future.set_exception(error)  # noqa: E731
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, outcome)

        threading.Thread(target=work, name=self._name, daemon=True).start()
        async with asyncio.timeout(deadline.remaining):
            return await future
