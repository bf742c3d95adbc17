"""Undo what an interrupted test left behind."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError
from netdiag.model.touched import Touched, TouchState
from netdiag.model.wire import Deadline, NoAnswer
from netdiag.service.targets import of_device
from netdiag.service.touch.text import from_json
from netdiag.service.touch.touch import end_line

if TYPE_CHECKING:
    from netdiag.service.app import App

_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """One open line of the journal, and what became of it."""

    line: Touched
    ok: bool
    text: str
    under_way: bool = False


async def restore(app: App, *, force: bool = False) -> list[Restored]:
    """Undo every test that nobody is at any more; with `force` every one that is open.

    Raises StoreError when the journal cannot be read.
    """
    found: list[Restored] = []
    for line in await asyncio.to_thread(app.journal.open_lines):
        if not force and at_work(line, datetime.now(UTC)):
            found.append(Restored(line=line, ok=True, text="still under way", under_way=True))
            continue
        ok = await restore_line(app, line, who="restore")
        text = "undone" if ok else "could not be undone: the device does not take it"
        found.append(Restored(line=line, ok=ok, text=text))
    return found


def at_work(line: Touched, now: datetime) -> bool:
    """May its process, or its guard, still be at it?"""
    if now > line.due_at:
        return False
    if line.host != socket.gethostname():
        return True
    try:
        os.kill(line.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def restore_line(app: App, line: Touched, *, who: str) -> bool:
    """Undo one. True when it is as before, also when somebody else has seen to it."""
    if line.state is not TouchState.OPEN:
        return True
    if not line.undo:
        outcome = "netdiag had ended in the middle; the test ends by itself"
        end_line(app.journal, line.id, TouchState.RESTORED, outcome, datetime.now(UTC))
        return True
    device = await asyncio.to_thread(app.inventory.device, line.device)
    if device is None:
        return False
    try:
        change = from_json(line.undo)
        target = of_device(device, app.settings, app.content)
    except NetdiagError:
        return False
    reply = await app.wires.act(line.transport, target, change, Deadline.after(_PATIENCE_S))
    if isinstance(reply, NoAnswer):
        return False
    outcome = f"netdiag had ended in the middle; undone by {who}"
    now = datetime.now(UTC)
    await asyncio.to_thread(end_line, app.journal, line.id, TouchState.RESTORED, outcome, now)
    return True
