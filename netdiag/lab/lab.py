"""The lab: a small simulated provider on loopback that speaks the real protocols."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from netdiag.lab import files
from netdiag.lab.databases import Databases
from netdiag.lab.faults import FAULTS
from netdiag.lab.faults.spec import Fault
from netdiag.lab.files import Ports
from netdiag.lab.history import Scene
from netdiag.lab.servers import Servers
from netdiag.lab.stage import Stage
from netdiag.lab.story import HEALTHY, STORY
from netdiag.lab.things import PortKey
from netdiag.model.errors import NetdiagError

_REFRESH_S = 5.0  # how often the databases follow the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultInfo:
    """A fault that can be switched on, and for whom it is when nobody is named."""

    name: str
    title: str
    subscriber: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """One subscriber of the demo; `fault` is None for a healthy one."""

    subscriber: str
    fault: str | None
    expected: str


class Lab:
    """`async with Lab(directory) as lab:`; everything listens on addresses below `base`.

    `haste`: how many times faster than asked for the routers' own pings go. Entering raises
    NetdiagError when the addresses are taken or cannot be used.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        base: str = "127.77",
        ports: Ports | None = None,
        haste: float = 10.0,
    ) -> None:
        self._directory = Path(state_dir)
        self._base = base
        self.ports = ports or Ports()
        self.keys = files.make_keys()
        self.cable_tests: list[PortKey] = []
        self._haste = haste
        self._databases: Databases | None = None
        self._servers: Servers | None = None
        self._clock_task: asyncio.Task[None] | None = None
        self._stage = Stage(base, time.time, self._changed)
        self.config_path = self._directory / "netdiag.yaml"

    async def __aenter__(self) -> Self:
        self._directory.mkdir(parents=True, exist_ok=True)
        files.write(self._directory, self.scene.world, self._base, self.ports, self.keys)
        self._databases = Databases(self._directory)
        self._databases.write(self.scene, time.time())
        self._servers = Servers(
            self._stage, base=self._base, ports=self.ports, keys=self.keys, haste=self._haste,
            tested=self._cable_tested,
        )  # fmt: skip
        try:
            await self._servers.start()
        except OSError as error:
            await self._servers.close()
            raise NetdiagError(
                f"The lab cannot listen below {self._base}: {error.strerror or error}. Another "
                "lab may be running: end it, or give this one another base, such as 127.78."
            ) from None
        self._clock_task = asyncio.create_task(self._keep_time())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._clock_task is not None:
            self._clock_task.cancel()
            await asyncio.gather(self._clock_task, return_exceptions=True)
        if self._servers is not None:
            await self._servers.close()

    @property
    def scene(self) -> Scene:
        """The world and its memory, as they are now."""
        return self._stage.scene

    def faults(self) -> tuple[FaultInfo, ...]:
        """All faults that can be switched on."""
        return all_faults()

    def active(self) -> tuple[tuple[str, str], ...]:
        """Faults that are on, each with its subscriber."""
        return tuple((one.fault.name, one.home) for one in self._stage.active)

    def switch_on(
        self, name: str, subscriber: str | None = None, *, ago_s: float | None = None
    ) -> FaultInfo:
        """Begin a fault, `ago_s` seconds ago (default: as long as such a fault goes on before
        somebody calls). Raises NetdiagError for an unknown fault or an unfit subscriber."""
        begun = self._stage.switch_on(name, subscriber, ago_s)
        return _info(begun.fault, begun.home)

    def heal(self, name: str | None = None) -> None:
        """End a fault, or all."""
        self._stage.heal(name)

    def order(self, port: PortKey, **changes: object) -> None:
        """Change a port until the lab is healed, as somebody at the switch would."""
        self._stage.order(port, **changes)

    def story(self) -> tuple[StoryItem, ...]:
        """The demo: who has which fault, and who is healthy."""
        return tuple(
            StoryItem(
                subscriber=home,
                fault=fault,
                expected=HEALTHY if fault is None else FAULTS[fault].expected,
            )
            for fault, home in STORY
        )

    def start_story(self) -> None:
        """Switch on all faults of the demo."""
        for item in self.story():
            if item.fault is not None:
                self.switch_on(item.fault, item.subscriber)

    def _changed(self) -> None:
        if self._servers is not None:
            self._servers.follow()
        if self._databases is not None:
            self._databases.write(self.scene, time.time())

    def _cable_tested(self, port: PortKey) -> None:
        self.cable_tests.append(port)
        self._stage.test_cable(port)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            if self._databases is not None:
                self._databases.write(self.scene, time.time())


def all_faults() -> tuple[FaultInfo, ...]:
    """All faults of the lab, without starting one."""
    return tuple(_info(fault, fault.home) for fault in FAULTS.values())


def _info(fault: Fault, home: str) -> FaultInfo:
    return FaultInfo(name=fault.name, title=fault.title, subscriber=home, expected=fault.expected)
