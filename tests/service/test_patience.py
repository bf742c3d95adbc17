"""An inventory that hangs ends with a sentence inside the deadline, and holds nothing up."""

import threading
import time

import pytest

from netdiag.model.wire import Deadline
from netdiag.service.patience import in_time
from tests.patience import BUSY_S


async def test_what_comes_in_time_is_given_and_what_fails_fails() -> None:
    assert await in_time(lambda: 7, Deadline.after(1)) == 7
    with pytest.raises(KeyError):
        await in_time(lambda: {}[1], Deadline.after(1))


async def test_what_hangs_is_left_behind() -> None:
    wake = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await in_time(lambda: wake.wait(60), Deadline.after(0.2))
    assert time.monotonic() - began < BUSY_S
    assert all(t.daemon for t in threading.enumerate() if t.name == "netdiag-in-time")
    wake.set()
