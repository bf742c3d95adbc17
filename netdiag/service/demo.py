"""The demo: the lab's story, diagnosed. The lab knows nothing of rules; here they meet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from netdiag.lab import Lab, StoryItem
from netdiag.model.content import Content
from netdiag.model.outage import Cause
from netdiag.model.user import User, UserRole
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.daemon.run import opened
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from netdiag.service.outages.announce import announce
from netdiag.store.outages import OutageError

Tell = Callable[[int, int, str], None]
_AT_ONCE = 4
_PORT = 8787
_WATCH = "\nwatch: {round_s: 15}\n"  # every device is pinged four times a minute
_DEAD = "provider.access.device-unreachable"
DEADLINE_S = 15.0  # the lab's devices share one processor with whatever else the laptop does


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One subscriber of the story: the fault that was switched on, and the verdict."""

    subscriber: str
    switched_on: str | None
    expected: str
    diagnosis: Diagnosis
    content: Content

    @property
    def right(self) -> bool:
        """Does the verdict name the fault that was switched on?"""
        return self.diagnosis.verdict.fault == self.expected

    @property
    def device(self) -> str:
        """The access device."""
        at = self.diagnosis.attachment
        return at.device or "" if at else ""

    def document(self) -> dict[str, Any]:
        """For `netdiag demo --json`."""
        document = to_document(self.diagnosis, self.content)
        return {
            "subscriber": self.subscriber,
            "switched_on": self.switched_on,
            "expected": self.expected,
            "right": self.right,
            "verdict": document["verdict"],
            "diagnosis": document,
        }


async def diagnose_story(lab: Lab, tell: Tell) -> list[Shown]:
    """Diagnose every subscriber of the lab's story, a few at a time, in the order of the story."""
    story = lab.story()
    slots = asyncio.Semaphore(_AT_ONCE)
    done = 0
    async with App.open(str(lab.config_path)) as app:

        async def one(item: StoryItem) -> Shown:
            nonlocal done
            async with slots:
                diagnosis = await app.diagnose(
                    item.subscriber, Request(who="demo", deadline_s=DEADLINE_S)
                )
            done += 1
            tell(done, len(story), item.subscriber)
            return Shown(
                subscriber=item.subscriber,
                switched_on=item.fault,
                expected=item.expected,
                diagnosis=diagnosis,
                content=app.content,
            )

        return list(await asyncio.gather(*(one(item) for item in story)))


def visitor() -> User:
    """Who everybody is at the board of the demo."""
    now = datetime.now(UTC)
    return User(name="demo", role=UserRole.ADMIN, created_at=now, changed_at=now)


def board_of(
    lab: Lab, shown: list[Shown], listen: str | None
) -> tuple[Daemon, Callable[[], Awaitable[str]], Callable[[], Awaitable[None]]]:
    """A daemon over the lab that is not started yet, what reloads it, and what puts the story on
    its board once it runs. The story is no evidence of outages: so many faults at once are no
    chance, and a watch would have to think of one that explains them all."""
    config = lab.config_path.with_name("demo.yaml")
    config.write_text(lab.config_path.read_text(encoding="utf-8") + _WATCH, encoding="utf-8")
    daemon, reload = opened(str(config), listen or f"127.0.0.1:{_free(_PORT)}")

    async def tell_story() -> None:
        for one in shown:
            document = to_document(one.diagnosis, one.content, facts=True)
            await asyncio.to_thread(daemon.diagnoses.keep, document, "demo")

    return daemon, reload, tell_story


async def announce_dead(daemon: Daemon, shown: list[Shown], patience_s: float) -> None:
    """What inference did not name itself in that time is announced by hand, as a NOC would: one
    subscriber's call about a device with few behind it may be too little evidence."""
    await asyncio.sleep(patience_s)
    for device in sorted({device for one in shown if (device := _dead_device(one))}):
        with contextlib.suppress(OutageError):
            await asyncio.to_thread(
                announce,
                daemon.outages,
                daemon.app.inventory,
                root=device,
                cause=Cause.DEVICE,
                since=datetime.now(UTC),
                expected_end=None,
                say={},
                note="A diagnosis of a subscriber behind it found it dead.",
                who="demo",
            )


def _dead_device(one: Shown) -> str | None:
    return one.device if one.diagnosis.verdict.fault == _DEAD else None


def _free(wanted: int) -> int:
    """That port of loopback, or another one when somebody has it."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", port))
            found: int = one.getsockname()[1]
            return found
    return wanted
