"""Which switch speaks which command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from netdiag.lab.shell import cisco, dlink, eltex
from netdiag.lab.shell.huawei import Vrp
from netdiag.lab.shell.words import Session
from netdiag.lab.things import Device, Model


class Line(Protocol):
    """One session of a command line."""

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        ...

    def leaves(self, line: str) -> bool:
        """This command ends the session."""
        ...

    def answer(self, session: Session, line: str) -> str:
        """The text that a command prints."""
        ...


class Plain:
    """A command line without modes."""

    def __init__(self, prompt: str, answer: Callable[[Session, str], str]) -> None:
        self.prompt = prompt
        self.answer = answer

    def leaves(self, line: str) -> bool:
        """Any of the usual words."""
        return line in ("exit", "logout", "quit")


class Configured(Plain):
    """A command line with a configuration mode, as Cisco's and its likes: a port is switched off
    and on there."""

    def __init__(self, prompt: str, answer: Callable[[Session, str], str]) -> None:
        super().__init__(prompt, answer)
        self._name = prompt.removesuffix("#")
        self._show = answer
        self._modes: list[str] = []  # "config", then the interface
        self.answer = self._answer

    def leaves(self, line: str) -> bool:
        """In a mode, `exit` leaves only the mode."""
        return not self._modes and super().leaves(line)

    def _answer(self, session: Session, line: str) -> str:
        said = self._in_mode(session, line)
        mode = ("", "(config)", "(config-if)")[len(self._modes)]
        self.prompt = f"{self._name}{mode}#"
        return said

    def _in_mode(self, session: Session, line: str) -> str:
        if not self._modes and line in ("configure", "configure terminal"):
            self._modes = ["config"]
        elif self._modes and line in ("end", "exit"):
            self._modes = [] if line == "end" else self._modes[:-1]
        elif self._modes and line.startswith("interface "):
            self._modes = ["config", line.removeprefix("interface ")]
            return "" if session.port(self._modes[1]) else "% Invalid input detected\n"
        elif len(self._modes) == 2 and line in ("shutdown", "no shutdown"):
            port = session.port(self._modes[1])
            if port is not None:
                session.change(port, admin_up=line == "no shutdown")
        else:
            return self._show(session, line)
        return ""


_PLAIN: dict[Model, tuple[str, Callable[[Session, str], str]]] = {
    Model.DES: ("DES-3200-10:admin#", dlink.answer),
    Model.DGS: ("DGS-3000-10TC:admin#", dlink.answer),
    Model.IOS: ("{}#", cisco.answer),
    Model.MES: ("{}#", eltex.answer),
}


def has_shell(device: Device) -> bool:
    """This device has a command line worth asking."""
    return device.model in _PLAIN or device.model is Model.VRP


def open_line(device: Device) -> Line:
    """A new session of its command line."""
    if device.model is Model.VRP:
        return Vrp(device.id)
    prompt, answer = _PLAIN[device.model]
    kind = Configured if device.model in (Model.IOS, Model.MES) else Plain
    return kind(prompt.format(device.id), answer)
