"""A loop that breaks off begins anew, and the log says so without a traceback."""

from __future__ import annotations

import asyncio

import pytest

from netdiag.service.daemon.kept_alive import kept_alive


async def test_a_loop_that_breaks_off_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    looked = asyncio.Event()
    broken = ["one row was odd"]

    async def loop() -> None:
        while True:
            if broken:
                raise ValueError(broken.pop())
            looked.set()
            await asyncio.sleep(0.01)

    task = kept_alive("radacct", loop, again_s=0.01)
    await asyncio.wait_for(looked.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "radacct broke off and begins anew: ValueError: one row was odd" in caplog.text
    assert "Traceback" not in caplog.text
