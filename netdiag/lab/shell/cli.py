"""Which switch speaks which command line."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.lab.history import Scene
from netdiag.lab.shell import cisco, dlink, eltex, huawei
from netdiag.lab.shell.words import Session
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Device, Model, Port

_SPEAKS: dict[Model, tuple[str, Callable[[Session, str], str]]] = {
    Model.DES: ("DES-3200-10:admin#", dlink.answer),
    Model.DGS: ("DGS-3000-10TC:admin#", dlink.answer),
    Model.IOS: ("{}#", cisco.answer),
    Model.MES: ("{}#", eltex.answer),
    Model.VRP: ("<{}>", huawei.answer),
}


def has_shell(device: Device) -> bool:
    """This device has a command line worth asking."""
    return device.model in _SPEAKS


def prompt(device: Device) -> str:
    """The prompt of its command line."""
    return _SPEAKS[device.model][0].format(device.id)


def answer(scene: Scene, device: str, line: str, now: float, test: Callable[[Port], None]) -> str:
    """What a command prints on that device now."""
    found = scene.world.devices[device]
    return _SPEAKS[found.model][1](Session(View(scene, found), now, test), line)
