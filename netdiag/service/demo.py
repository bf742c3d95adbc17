"""The demo: the lab's story, diagnosed. The lab knows nothing of rules; here they meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netdiag.lab import Lab, StoryItem
from netdiag.model.content import Content
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnose import Request
from netdiag.service.document import to_document

Tell = Callable[[int, int, str], None]
_AT_ONCE = 4
_DEADLINE_S = 15.0  # the lab's devices share one processor with whatever else the laptop does


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
                    item.subscriber, Request(who="demo", deadline_s=_DEADLINE_S)
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
