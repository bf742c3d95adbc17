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
    return Plain(prompt.format(device.id), answer)
