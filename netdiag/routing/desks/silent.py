"""What ticket systems that tell nothing have in common."""

from __future__ import annotations

from datetime import datetime

from netdiag.routing.desks.desk import Change, Done, History, RefusedError, Seen


class Silent:
    """Nothing can be read there: what it wants to tell comes in its events, if at all."""

    async def read(self, ticket: str) -> Seen:
        """Not among the abilities."""
        raise RefusedError(f"ticket {ticket} cannot be read there.")

    async def text(self, ticket: str, most: int) -> str:
        """Nothing: the event carries it."""
        return ""

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """Not among the abilities, unless the kind can."""
        raise RefusedError(f"nothing can be written into ticket {ticket} there.")

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """Not among the abilities, unless the kind can."""
        raise RefusedError(f"ticket {ticket} cannot be changed there.")

    async def history(self, ticket: str, after: int | None) -> History:
        """Not among the abilities."""
        return History(upto=after or 0)

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """Nothing."""
        return []

    async def close(self) -> None:
        """Nothing stays open, unless the kind says so."""
