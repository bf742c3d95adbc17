"""The calling thread in a namespace for a while: what it opens and starts meanwhile is there."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realnet.shell import ToolError
from realnet.space import Space

_CLONE_NEWNET = 0x40000000  # setns(2)
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def inside(space: Space, node: str) -> Iterator[None]:
    """Sockets of this thread and programs that it starts are in the node's network."""
    with Path("/proc/thread-self/ns/net").open() as before:
        with Path("/run/netns", space.name(node)).open() as there:
            _enter(there.fileno())
        try:
            yield
        finally:
            _enter(before.fileno())


def _enter(handle: int) -> None:
    if _libc.setns(handle, _CLONE_NEWNET) != 0:
        raise ToolError(f"setns: {os.strerror(ctypes.get_errno())}")
