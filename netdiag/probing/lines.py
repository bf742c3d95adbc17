"""Lines to devices: one question knocks first. A device that does not open is not asked again.

Twenty questions to a dead switch would each wait for their own timeout, one after the other. A
refused login keeps us out; a refused command or table was refused by a device that let us in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netdiag.model.wire import NoAnswer
from netdiag.model.words import AbsenceReason
from netdiag.probing.plan import LOGINS, Errand

_SILENT = (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)
_Line = tuple[str, str]  # device, transport


@dataclass(slots=True)
class Lines:
    """What is known of each line: being knocked at, open, or silent."""

    _knocking: set[_Line] = field(default_factory=set)
    _open: set[_Line] = field(default_factory=set)
    _silent: dict[_Line, NoAnswer] = field(default_factory=dict)

    def may_ask(self, errand: Errand) -> bool:
        """May it be asked now? The first one knocks, the others wait for what becomes of it."""
        line = _line(errand)
        if line is None or line in self._open:
            return True
        if line in self._knocking:
            return False
        self._knocking.add(line)
        return True

    def knocking(self, errand: Errand) -> bool:
        """Is somebody still waiting for the first answer?"""
        return _line(errand) in self._knocking

    def let_go(self, errand: Errand) -> None:
        """It is not asked after all: another one may knock."""
        line = _line(errand)
        if line is not None:
            self._knocking.discard(line)

    def silent(self, errand: Errand) -> NoAnswer | None:
        """What the knocking came to, when nobody opened."""
        line = _line(errand)
        return None if line is None else self._silent.get(line)

    def heard(self, errand: Errand, reply: NoAnswer | None) -> None:
        """Note what became of a question; None: it was answered."""
        line = _line(errand)
        if line is None:
            return
        self.let_go(errand)
        if reply is not None and (reply.at_the_door or reply.why in _SILENT):
            if line not in self._open:
                self._silent[line] = reply
        elif reply is None or reply.why is not AbsenceReason.NOT_ASKED:
            self._open.add(line)


def _line(errand: Errand) -> _Line | None:
    if errand.probe.transport not in LOGINS or len(errand.targets) != 1:
        return None
    return errand.targets[0].device, errand.probe.transport
