"""The demo: the lab's story, diagnosed. The lab knows nothing of rules; here they meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netdiag.lab import Lab
from netdiag.model.content import Content
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnose import Request
from netdiag.service.document import to_document

Tell = Callable[[int, int, str], None]


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
        return {
            "subscriber": self.subscriber,
            "switched_on": self.switched_on,
            "expected": self.expected,
            "right": self.right,
            "diagnosis": to_document(self.diagnosis, self.content),
        }


async def diagnose_story(lab: Lab, tell: Tell) -> list[Shown]:
    """Diagnose every subscriber of the lab's story, one after the other."""
    shown: list[Shown] = []
    story = lab.story()
    async with App.open(str(lab.config_path)) as app:
        for number, item in enumerate(story, 1):
            tell(number, len(story), item.subscriber)
            diagnosis = await app.diagnose(item.subscriber, Request(who="demo"))
            shown.append(
                Shown(
                    subscriber=item.subscriber,
                    switched_on=item.fault,
                    expected=item.expected,
                    diagnosis=diagnosis,
                    content=app.content,
                )
            )
    return shown
