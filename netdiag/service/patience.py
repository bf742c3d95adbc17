"""Blocking work with an end to waiting: what hangs is left behind and holds nothing up."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from netdiag.inventory.inventory import Inventory
from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.wire import Deadline

_CLOSING_S = 1.0
T = TypeVar("T")


async def in_time(work: Callable[[], T], deadline: Deadline) -> T:
    """What `work` gives, from a thread of its own. Raises TimeoutError when it takes longer.

    Not `asyncio.to_thread`: the end of the loop and of the process would wait for its thread, and
    a database that hangs would keep the command from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(give: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(lambda: None if future.done() else give())
        except RuntimeError:
            return  # the loop has ended meanwhile: nobody waits any more

    def run() -> None:
        try:
            result = work()
        # The boundary of a thread: whatever it is goes to the one who waits.
        except Exception as error:  # noqa: BLE001
            trouble = error
            tell(lambda: future.set_exception(trouble))
        else:
            tell(lambda: future.set_result(result))

    threading.Thread(target=run, name="netdiag-in-time", daemon=True).start()
    async with asyncio.timeout(deadline.remaining):
        return await future


async def look_up(work: Callable[[], T], inventory: Inventory, deadline: Deadline) -> T:
    """What the inventory says, before the deadline. Raises InventoryUnavailableError, which names
    the source that hangs."""
    seconds = deadline.remaining
    try:
        return await in_time(work, deadline)
    except TimeoutError:
        names = ", ".join(inventory.waiting_for())
        raise InventoryUnavailableError(
            f"The inventory did not answer within {seconds:.1f} s; still waiting for: "
            f"{names or 'nobody'}. Look why it is slow, or ask again with a longer --deadline."
        ) from None


async def close_in_time(inventory: Inventory) -> None:
    """Close the inventory; a source that hangs is left to the end of the process."""
    if not inventory.waiting_for():
        inventory.close()
        return
    with contextlib.suppress(TimeoutError):
        await in_time(inventory.close, Deadline.after(_CLOSING_S))
