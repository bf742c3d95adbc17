"""A diagnosis that was accepted: it is carried out, kept, and told to whoever waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from netdiag.notify.webhook import RefusedError
from netdiag.service.daemon.durable import key_of_step, step

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisFlow:
    """`diagnose(argument)` gives the document's summary and has kept the document; `tell(key,
    summary)` sends it to the receiver, if there is one; `ended()` counts it off."""

    diagnose: Callable[[Json], Awaitable[Json]]
    ended: Callable[[], None]
    tell: Callable[[str, Json], Awaitable[Json]] | None = None

    async def __call__(self, argument: Json) -> Json:
        """argument: id, key, ticket, symptom, who, tell."""
        try:
            summary: Json = await step("diagnose", self.diagnose, argument, attempts=3)
        finally:
            self.ended()
        if self.tell is not None and argument.get("tell"):
            key = key_of_step("tell")
            await step("tell", self.tell, key, summary, attempts=12, final=(RefusedError,))
        return summary
