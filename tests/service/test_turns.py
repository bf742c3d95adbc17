"""Several processes at one device: never two at once, and nobody starves."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from netdiag.model.wire import Deadline, Limits, Target
from netdiag.service.daemon.turns import Turns
from netdiag.store.database import Database
from netdiag.store.leases import Leases

BNG = Target(device="bng-1", host="127.0.0.1", limits=Limits(min_interval_s=0.01))


@dataclass
class Device:
    """Who is asking it now, and how often each has."""

    asking: list[str] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    mixed: bool = False

    async def ask(self, who: str) -> None:
        self.asking.append(who)
        self.mixed |= len(set(self.asking)) > 1
        await asyncio.sleep(0.02)
        self.asking.remove(who)
        self.answered[who] = self.answered.get(who, 0) + 1


def turns(directory: Path, holder: str, *, shared: bool = True) -> Turns:
    return Turns(Leases(Database.in_directory(directory)), holder, lambda: shared)


async def test_two_processes_never_ask_a_device_at_once_and_both_get_their_turn(
    tmp_path: Path,
) -> None:
    device = Device()
    both = {name: turns(tmp_path, name) for name in ("a", "b")}

    async def work(name: str) -> None:
        deadline = Deadline.after(7)
        while deadline.remaining > 0:
            if await both[name].take(BNG, Deadline.after(6)):
                await device.ask(name)
                both[name].give_back(BNG)

    await asyncio.gather(*(work(name) for name in ("a", "a", "b", "b")))
    await asyncio.gather(*(one.close() for one in both.values()))
    assert not device.mixed
    assert set(device.answered) == {"a", "b"}
    assert min(device.answered.values()) > 20


async def test_who_is_alone_waits_for_nobody(tmp_path: Path) -> None:
    other = turns(tmp_path, "other")
    assert await other.take(BNG, Deadline.after(1))
    alone = turns(tmp_path, "alone", shared=False)
    assert await alone.take(BNG, Deadline.after(0.05))
    await other.close()


async def test_the_turn_that_does_not_come_is_told_in_time(tmp_path: Path) -> None:
    first, second = turns(tmp_path, "first"), turns(tmp_path, "second")
    assert await first.take(BNG, Deadline.after(1))
    assert not await second.take(BNG, Deadline.after(0.4))
    first.give_back(BNG)
    assert await second.take(BNG, Deadline.after(5))
    await asyncio.gather(first.close(), second.close())
