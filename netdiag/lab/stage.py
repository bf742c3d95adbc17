"""The present scene of the lab: the town in good order, and the faults that are switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from netdiag.lab import town
from netdiag.lab.change import with_port
from netdiag.lab.faults import FAULTS
from netdiag.lab.faults.spec import Fault
from netdiag.lab.history import Scene, advance, opening
from netdiag.lab.reach import reachable
from netdiag.lab.things import Home, PortKey, World
from netdiag.model.errors import ContentError, NetdiagError


@dataclass(frozen=True, slots=True)
class Active:
    """A fault that is switched on: for whom, and since when it has been going on."""

    fault: Fault
    home: str
    since: float


class Stage:
    """Faults on and off. `changed` is called after every change of the scene."""

    def __init__(self, base: str, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        now = clock()
        self._order = town.build(now, base)  # the town in good order
        self.scene: Scene = opening(self._order, now)
        self.active: list[Active] = []
        self.orders: dict[PortKey, dict[str, object]] = {}  # what somebody typed into a switch
        self._alive: tuple[Scene, frozenset[str]] | None = None

    def switch_on(self, name: str, home: str | None, ago_s: float | None) -> Active:
        """Begin a fault. Raises NetdiagError for an unknown one or an unfit home."""
        fault = _fault(name)
        victim = self._home(fault, home)
        ago = fault.ago_s if ago_s is None else ago_s
        begun = Active(fault, victim.id, self._clock() - ago)
        self.active = [a for a in self.active if (a.fault.name, a.home) != (name, victim.id)]
        self.active.append(begun)
        self._play(begun.since)
        return begun

    def heal(self, name: str | None) -> None:
        """End one fault everywhere, or all of them."""
        if name is not None:
            _fault(name)
        self.active = [a for a in self.active if name is not None and a.fault.name != name]
        if name is None:
            self.orders.clear()
        self._play(self._clock())

    def order(self, port: PortKey, **changes: object) -> None:
        """Somebody with the right to it changes a port; a port that is switched off and on again
        forgets why it had blocked itself."""
        orders = self.orders.setdefault(port, {})
        if changes.get("admin_up") is False:
            orders |= {"block": None, "stuck": False}
        orders.update(changes)
        self._play(self._clock())

    def test_cable(self, port: PortKey) -> None:
        """Remember that a cable was tested."""
        self.scene = replace(self.scene, tested={**self.scene.tested, port: self._clock()})

    def alive(self, device: str) -> bool:
        """The device answers its management."""
        scene = self.scene
        if self._alive is None or self._alive[0] is not scene:
            world = scene.world
            self._alive = (scene, frozenset(d for d in world.devices if reachable(world, d)))
        return device in self._alive[1]

    def _home(self, fault: Fault, home: str | None) -> Home:
        world = self._order
        if home is not None and home not in world.homes:
            known = f"{min(world.homes)} to {max(world.homes)}"
            raise ContentError(f"The lab has no subscriber {home}. Take one from {known}.")
        victim = world.homes[home or fault.home]
        if victim.service not in fault.services:
            fit = next(h.id for h in world.homes.values() if h.service in fault.services)
            raise NetdiagError(
                f"{fault.name} cannot happen to {victim.id}: his service is {victim.service}. "
                f"Take {fit}, for example."
            )
        return victim

    def _play(self, happened: float) -> None:
        world: World = self._order
        for one in self.active:
            world = one.fault.apply(world, world.homes[one.home], one.since)
        for port, changes in self.orders.items():
            world = with_port(world, port, **changes)
        self.scene = advance(self.scene, world, self._clock(), happened)
        self._changed()


def _fault(name: str) -> Fault:
    if name in FAULTS:
        return FAULTS[name]
    near = get_close_matches(name, FAULTS, n=1)
    hint = f"Did you mean {near[0]}?" if near else "`netdiag lab faults` lists them."
    raise ContentError(f"The lab has no fault {name!r}. {hint}")
