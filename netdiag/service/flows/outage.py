"""An outage changed: each who has to hear of it is told once, and again until he took it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netdiag.notify.webhook import RefusedError
from netdiag.service.daemon.durable import key_of_step, step

Json = dict[str, Any]
Hook = Callable[[str, Json], Awaitable[Json]]
ATTEMPTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageFlow:
    """`describe(argument)` gives the event that the hooks are told; a hook gets a key that is the
    same each time it is tried, and the event."""

    describe: Callable[[Json], Awaitable[Json]]
    hooks: Callable[[], Mapping[str, Hook]]

    async def __call__(self, argument: Json) -> Json:
        """argument: outage, change (suspected, confirmed, changed, clearing, cleared, dismissed),
        number (of the line in the outage's life)."""
        event: Json = await step("describe", self.describe, argument)
        done: Json = {}
        trouble: Exception | None = None
        for name, hook in self.hooks().items():
            key = key_of_step(name)
            try:
                done[name] = await step(
                    name, hook, key, event, attempts=ATTEMPTS, final=(RefusedError,)
                )
            except Exception as error:  # noqa: BLE001  one that cannot be told keeps no other from it
                trouble = error
        if trouble is not None:
            raise trouble
        return done
