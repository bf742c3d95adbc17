"""A client's command line on one device, over the present scene."""

from __future__ import annotations

import time
from collections.abc import Callable

from netdiag.lab.history import Scene
from netdiag.lab.shell.cli import open_line
from netdiag.lab.shell.words import Session
from netdiag.lab.snmp.view import View
from netdiag.lab.things import PortKey


class Terminal:
    """Runs commands; `tested` hears of cable tests, `changed` of what is configured."""

    def __init__(
        self,
        device: str,
        scene: Callable[[], Scene],
        tested: Callable[[PortKey], None],
        changed: Callable[[PortKey, dict[str, object]], None] = lambda _port, _changes: None,
    ) -> None:
        self._changed = changed
        self._device = device
        self._scene = scene
        self._tested = tested
        self._line = open_line(scene().world.devices[device])

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        return self._line.prompt

    def run(self, line: str) -> str | None:
        """The text that a command prints; None when it ends the session."""
        if self._line.leaves(line):
            return None
        scene = self._scene()
        view = View(scene, scene.world.devices[self._device])
        session = Session(
            view,
            time.time(),
            lambda port: self._tested(port.key),
            lambda port, **changes: self._changed(port.key, changes),
        )
        return self._line.answer(session, line)
