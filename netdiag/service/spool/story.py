"""What is told of a worker without its store: kept beside it, and in the store once it is back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from netdiag.store.catch_up import Caught
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database, StoreError
from netdiag.store.mirror import own_runs

_NAME = "spool.story"
Json = dict[str, Any]


class Story:
    """`now`: copied_at, left_at, back_at, caught_up_at (RFC 3339), waiting, sweeps, devices,
    events, new."""

    def __init__(self, local: Database, tell: Callable[[Json], None]) -> None:
        self._cursors = Cursors(local)
        self._tell = tell
        self.now: Json = {}

    def read(self) -> None:
        """As the last process left it."""
        self.now = self._cursors.get(_NAME) or {}

    @property
    def copied_at(self) -> datetime | None:
        """When the copy was last brought up to date; None: never."""
        told = self.now.get("copied_at")
        return datetime.fromisoformat(told) if told else None

    def copied(self, now: datetime) -> None:
        """The copy is of now."""
        self._note(now, copied_at=now.isoformat())

    def left(self, now: datetime) -> None:
        """The store is not reached."""
        waiting = "caught_up_at" not in self.now and self.now.get("left_at")
        since = self.now["left_at"] if waiting else now.isoformat()
        self.now = {"copied_at": self.now.get("copied_at"), "left_at": since}
        self._cursors.put(_NAME, self.now, now)

    def back(self, now: datetime, waiting: int) -> None:
        """It is reached again; so many sweeps wait."""
        self.now.setdefault("left_at", None)
        self._note(now, back_at=now.isoformat(), waiting=waiting)

    def caught_up(self, now: datetime, caught: Caught) -> None:
        """Everything is there."""
        self._note(
            now,
            caught_up_at=now.isoformat(),
            waiting=0,
            sweeps=caught.sweeps,
            devices=caught.devices,
            events=caught.events,
            new=len(caught.new),
        )

    def _note(self, now: datetime, **values: Any) -> None:
        self.now |= values
        self._cursors.put(_NAME, self.now, now)
        with suppress(StoreError):  # it is told the next time
            self._tell(self.now)


def told_by(local: Database) -> Json:
    """The story in the file of a worker, with the sweeps that wait in it."""
    told = Cursors(local).get(_NAME) or {}
    return told | {"waiting": own_runs(local)} if told else told


def sentence(alone: Mapping[str, Any]) -> str:
    """Of the last time without the store; empty when there was none."""
    if "left_at" not in alone:
        return ""
    since = (alone["left_at"] or "?")[:16]
    if "back_at" not in alone:
        return f"without the store since {since}, {alone.get('waiting', 0)} sweeps wait"
    if "caught_up_at" not in alone:
        return f"back at {alone['back_at'][:16]}, brings {alone['waiting']} sweeps"
    return (
        f"without the store {since} to {alone['back_at'][:16]}, caught up: "
        f"{alone['sweeps']} sweeps, {alone['devices']} devices, {alone['events']} events, "
        f"{alone['new']} new findings"
    )
